/** Bytes of a request's body. */
export const BODY_LIMIT = 100_000;

/** Characters of a GraphQL document. */
export const DOCUMENT_LIMIT = 20_000;

/** Tokens of a GraphQL document: bounds what parsing and validating it can cost. */
export const TOKEN_LIMIT = 1_000;

/** Selections of an operation with every fragment written out. */
export const SELECTION_LIMIT = 2_000;

/** Milliseconds within which a client has to have sent its request's headers, and the whole of it. */
export const REQUEST_ARRIVAL_MS = 10_000;
