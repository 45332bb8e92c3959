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

/** Connections to one replica, and requests of one connection that have no answer yet. */
export const ROOM = { connections: 2_000, pendingPerConnection: 32 };

/** Bytes of bodies that are held at once, for one caller and in all: parsed, a body takes up to twenty times as much of the heap. */
export const HELD_BODIES = { perCaller: 1_000_000, atMost: 4_000_000 };

/** Operations at once, and those that wait for their turn: for four seconds at most. */
export const QUEUE = {
  capacity: 256,
  waitingPerCaller: 1_000,
  waitingOfLowPriority: 32,
  waitingAtMost: 4_000,
  waitMs: 4_000,
};
