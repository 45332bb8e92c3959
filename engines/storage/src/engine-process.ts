import { setTimeout as delay } from 'node:timers/promises';

/** Services that lose their launcher have eight seconds to end, and need the engines until they have. */
const CLIENTS_END_WITHIN_MS = 10_000;

export interface RunningEngine {
  close(): Promise<void>;
  /** Resolves once no client is connected. */
  withoutClients(): Promise<void>;
}

/**
 * Ends the process of an engine with exit code 0: at once on SIGTERM and SIGINT, and after its clients when the launcher
 * that started it is gone. Exits 1 with the reason when the engine does not close.
 */
export function endInOrder(engine: RunningEngine, info: (message: string) => void): void {
  let closing = false;
  const close = (reason: string): void => {
    if (closing) return;
    closing = true;
    info(`stopping: ${reason}`);
    engine.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  const closeAfterClients = async (): Promise<void> => {
    await Promise.race([engine.withoutClients(), delay(CLIENTS_END_WITHIN_MS)]);
    close('the parent process is gone');
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      close(signal);
    });
  process.on('disconnect', () => void closeAfterClients());
  process.channel?.unref();
  if (process.channel && !process.connected) void closeAfterClients();
}

/** Lines that cannot be written, because their reader is gone or the disk is full, are dropped: they end no engine. */
export function dropUnwritableOutput(): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
}
