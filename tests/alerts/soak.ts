import { setTimeout as delay } from 'node:timers/promises';
import type { FaultySystem } from '../harness/system/faulty-system';
import type { Load } from './load';
import type { Watching } from './watching';
import { services } from '../../tools/services';

const RESTARTS_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

interface Soak {
  readonly system: FaultySystem;
  readonly load: Load;
  readonly watching: Watching;
  readonly minutes: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Valid load for some minutes, in which each service is restarted once, one after the other; whether no alert fired. */
export async function soak({ system, load, watching, minutes, say, signal }: Soak): Promise<boolean> {
  say(`Valid load for ${String(minutes)} minutes; each service is restarted once, while the load waits.`);
  const turn = (minutes * 60_000) / (services.length + 1);
  load.resume();
  const pass = async (ms: number): Promise<void> => {
    for (const until = performance.now() + ms; performance.now() < until;) {
      await delay(Math.min(LOOK_EVERY_MS, until - performance.now()), undefined, { signal });
      await watching.firing();
    }
  };
  for (const service of services) {
    await pass(turn);
    // There is no second replica that would serve it meanwhile, so the load waits.
    await load.pause();
    const pid = system.signal(service, 'SIGTERM');
    if (pid !== undefined) await system.untilReplaced(service, pid, RESTARTS_WITHIN_MS);
    load.resume();
    say(`${service} was restarted; ${String(load.done)} requests answered, ${String(load.failed)} failed so far.`);
  }
  await pass(turn);
  await load.pause();
  const fired = [...watching.sinceLast()];
  const alerts = fired.length === 0 ? '0 alerts fired' : `without a fault there fired ${fired.join(', ')}`;
  say(`${String(load.done)} requests answered, ${String(load.failed)} failed; ${alerts}.`);
  return fired.length === 0;
}
