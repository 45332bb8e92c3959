/** Copies that one request may add; a title has its own limit, which the domain decides. */
export const COPIES_PER_REQUEST = 100;
