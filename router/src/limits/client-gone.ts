import { GraphQLError } from 'graphql';
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';

/** As nginx logs it; no client sees it. */
const CLIENT_CLOSED_REQUEST = 499;

/** Ends a request whose client did not wait for its turn; nothing of it was carried out. */
export const clientGone = (): GraphQLError =>
  new GraphQLError('The client closed the connection before the turn of its request.', {
    extensions: { code: 'BAD_REQUEST', http: { status: CLIENT_CLOSED_REQUEST } },
  });

/** One for each connection: pipelined requests share it, and so do those of a connection that is kept alive. */
const signals = new WeakMap<Socket, AbortSignal>();

/** Aborts when the connection closes. */
export function closeSignalOf(connection: Socket): AbortSignal {
  const known = signals.get(connection);
  if (known) return known;
  const closed = new AbortController();
  // As many as requests are pipelined, and fetches of theirs wait.
  setMaxListeners(0, closed.signal);
  if (connection.destroyed) closed.abort();
  connection.once('close', () => {
    closed.abort();
  });
  signals.set(connection, closed.signal);
  return closed.signal;
}
