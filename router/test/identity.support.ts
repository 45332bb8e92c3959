export const aQuery = { query: '{ book(id: "1") { id } }' };
