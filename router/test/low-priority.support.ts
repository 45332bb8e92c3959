export const settle = () => new Promise(setImmediate);
