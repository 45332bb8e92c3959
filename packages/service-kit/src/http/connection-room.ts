import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';

interface Use {
  /** Whether a request of the connection was answered; those that never had one are the first to end. */
  readonly answered: boolean;
  /** Requests that have no answer yet. */
  readonly pending: Set<IncomingMessage>;
}

export interface ConnectionRoom {
  /** Connections at once; a further one ends another that waits for its client. */
  readonly connections: number;
  /** Requests of one connection that have no answer; a further one ends the connection. */
  readonly pendingPerConnection: number;
}

/**
 * Bounds the connections of a server, and the requests that a client pipelines. Beyond its room a new connection ends the one that has waited the
 * longest for its client: first among those that never got an answer, then among those that are idle. Connections whose request has arrived
 * whole stay. So a caller who opens connections and sends nothing, or sends slowly, keeps no other caller out.
 */
export function boundConnections(server: Server, room: ConnectionRoom): void {
  /** In the order of the last answer, or of the beginning. */
  const uses = new Map<Socket, Use>();
  server.on('connection', (socket) => {
    if (uses.size >= room.connections) (longestWaiting(uses) ?? socket).destroy();
    if (socket.destroyed) return;
    uses.set(socket, { answered: false, pending: new Set() });
    socket.once('close', () => uses.delete(socket));
  });
  const handlers = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const { socket } = request;
    const pending = uses.get(socket)?.pending ?? new Set();
    pending.add(request);
    if (pending.size > room.pendingPerConnection) socket.destroy();
    // Of a connection that is closed, hundreds of requests may have been read already.
    if (socket.destroyed) return;
    response.once('close', () => {
      pending.delete(request);
      if (uses.delete(socket)) uses.set(socket, { answered: true, pending });
    });
    for (const handle of handlers) handle(request, response);
  });
}

function longestWaiting(uses: ReadonlyMap<Socket, Use>): Socket | undefined {
  let idle: Socket | undefined;
  for (const [socket, { answered, pending }] of uses) {
    if (socket.destroyed || [...pending].some(({ complete }) => complete)) continue;
    if (!answered) return socket;
    idle ??= socket;
  }
  return idle;
}
