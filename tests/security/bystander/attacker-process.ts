import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FloodOrder, FloodReport } from './attacker-messages';

export interface Attacker {
  /** Begins the flood. */
  begin(order: FloodOrder): void;
  /** Ends it, and resolves to what came of it. */
  stop(): Promise<FloodReport>;
}

/** Built beside the harness. */
const SCRIPT = join(__dirname, 'attacker.bundle.js');

/**
 * Starts a process for a flood; resolves once it waits for its order. To load it takes a third of a second of a processor, which an attacker
 * in the field does not take from the system.
 */
export async function startAttacker(): Promise<Attacker> {
  const child: ChildProcess = fork(SCRIPT, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the attacker’s process ended by itself');
  });
  // It may end before anyone waits for it.
  ended.catch(() => undefined);
  await Promise.race([once(child, 'message'), ended]);
  const report = Promise.race([once(child, 'message').then(([message]) => message as FloodReport), ended]);
  report.catch(() => undefined);
  return {
    begin(order) {
      child.send(order);
    },
    async stop() {
      child.send('stop');
      try {
        return await report;
      } finally {
        child.disconnect();
      }
    },
  };
}
