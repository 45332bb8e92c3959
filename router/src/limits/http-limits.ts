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

/** Connections at once to one replica; further ones are closed at once. */
export const CONNECTIONS_AT_MOST = 2_000;

/** Operations at once, and those that wait for their turn: for four seconds at most. */
export const QUEUE = {
  capacity: 256,
  waitingPerCaller: 1_000,
  waitingOfLowPriority: 32,
  waitingAtMost: 4_000,
  waitMs: 4_000,
};
