import type { ProgramName, System } from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';

/** How a service can be out of order. */
export const outages = ['hangs', 'is gone'] as const;
export type Outage = (typeof outages)[number];

const LOOK_EVERY_MS = 20;

/**
 * Keeps a service from answering until `end` is called: it hangs as a process that was stopped, connections and all, or it
 * is killed again and again before it can listen. `end` resolves once the service is ready.
 */
export function outOfService(system: System, service: ProgramName, outage: Outage): { end(): Promise<void> } {
  return outage === 'hangs' ? hanging(system, service) : gone(system, service);
}

function hanging(system: System, service: ProgramName): { end(): Promise<void> } {
  const pid = system.kill(service, 'SIGSTOP');
  return {
    end() {
      process.kill(pid, 'SIGCONT');
      return system.untilReady(service);
    },
  };
}

function gone(system: System, service: ProgramName): { end(): Promise<void> } {
  const over = new AbortController();
  const killer = killAgainAndAgain(system, service, over.signal);
  return {
    async end() {
      over.abort();
      await killer;
      await system.untilReady(service);
    },
  };
}

async function killAgainAndAgain(system: System, service: ProgramName, over: AbortSignal): Promise<void> {
  let killed: number | undefined;
  while (!over.aborted) {
    const pid = system.pids()[service];
    if (pid !== undefined && pid !== killed) killed = system.kill(service, 'SIGKILL');
    await delay(LOOK_EVERY_MS);
  }
}
