import { Connection } from 'mongodb/lib/cmap/connection';

const { prototype } = Connection;
const cleanup = prototype.cleanup;

/**
 * Releases commands that await "drain" on a closed connection. mongodb 7.8.0 awaits it after a write that the socket did not
 * accept at once; a destroyed socket never emits it, so the command would keep its connection of the pool for ever, and the
 * monitor would never check the server again. A released command fails with the error that closed the connection.
 */
prototype.cleanup = function (this: Connection, error: Error): void {
  cleanup.call(this, error);
  this.socket.emit('drain');
};
