import type { Socket } from 'node:net';

/** The connections of an engine's clients. */
export class ClientSockets {
  readonly #sockets = new Set<Socket>();
  readonly #whenNone = new Set<() => void>();

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size > 0) return;
      for (const resolve of this.#whenNone) resolve();
      this.#whenNone.clear();
    });
  }

  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Resolves once no client is connected. */
  none(): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenNone.add(resolve));
  }
}
