/** What `releasing-connection.ts` touches of a module that mongodb declares no types for. */
declare module 'mongodb/lib/cmap/connection' {
  import type { Socket } from 'node:net';

  export class Connection {
    readonly socket: Socket;
    cleanup(error: Error): void;
  }
}
