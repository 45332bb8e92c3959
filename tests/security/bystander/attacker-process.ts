import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { FloodOrder, FloodReport } from './attacker-messages';

export interface Attacker {
  /** Ends the flood, and resolves to what came of it. */
  stop(): Promise<FloodReport>;
}

/** Built beside the harness. */
const SCRIPT = join(__dirname, 'attacker.bundle.js');

/** Begins a flood in a process of its own. */
export function startAttacker(order: FloodOrder): Attacker {
  const child: ChildProcess = fork(SCRIPT, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const report = Promise.race([
    once(child, 'message').then(([message]) => message as FloodReport),
    once(child, 'exit').then(() => {
      throw new Error('the attacker’s process ended by itself');
    }),
  ]);
  // It may fail before anyone waits for it.
  report.catch(() => undefined);
  child.send(order);
  return {
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
