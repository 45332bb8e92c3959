import { Connection } from 'mongodb/lib/cmap/connection';

const { prototype } = Connection;
const cleanup = prototype.cleanup;

/**
 * Lets go of whoever waits for a connection that is closed to take more bytes. mongodb 7.8.0 awaits "drain" after a write
 * that the socket did not take at once; a socket that was destroyed takes nothing, reports nothing and never drains, so
 * the command would keep its place in the pool for ever, and the monitor would never look at the server again. Whoever is
 * let go finds the connection closed and fails with what closed it.
 */
prototype.cleanup = function (this: Connection, error: Error): void {
  cleanup.call(this, error);
  this.socket.emit('drain');
};
