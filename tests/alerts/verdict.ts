import { setMaxListeners } from 'node:events';
import { inspect } from 'node:util';
import type { FaultySystem } from '../harness/system/faulty-system';
import type { Fault } from './faults/fault';
import { untilServed, type Load } from './load';
import type { Outside } from './outside/outside';
import type { Watching } from './watching';

export interface Verdict {
  readonly alert: string;
  readonly passed: boolean;
  readonly row: string;
}

export interface Around {
  readonly system: FaultySystem;
  readonly load: Load;
  readonly outside: Outside;
  readonly watching: Watching;
  /** In seconds, as the rules in use have it. */
  readonly promised: (alert: string, time: 'firesWithin' | 'clearsWithin') => number;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/** A line of a table. */
export const rowOf = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const seconds = (ms: number | undefined): string => (ms === undefined ? 'never' : (ms / 1_000).toFixed(1));

/** Causes a fault, waits for its alerts, heals it and waits until none fires; a verdict for each alert, and one for what should not have fired. */
export async function judge(
  fault: Fault,
  { system, load, outside, watching, promised, signal, report }: Around,
): Promise<Verdict[]> {
  watching.sinceLast();
  const over = new AbortController();
  const harm = { system, load, outside, ending: AbortSignal.any([over.signal, signal]) };
  // Each concurrent reader of a fault waits for it.
  setMaxListeners(0, harm.ending);
  let harmed = true;
  const harming = fault.harm(harm).catch((error: unknown) => {
    harmed = false;
    report(`${fault.name} could not be caused: ${inspect(error)}`);
  });
  const fired = await Promise.all(
    fault.alerts.map((alert) =>
      watching.until((firing) => firing.has(alert) || !harmed, promised(alert, 'firesWithin') * 1_000),
    ),
  );
  over.abort();
  await harming;
  await fault.heal(harm);
  await untilServed(system);
  const cleared = await Promise.all(
    fault.alerts.map((alert) =>
      watching.until((firing) => !firing.has(alert), promised(alert, 'clearsWithin') * 1_000),
    ),
  );
  // The next fault begins in health; what follows from this one may last longer than its own alerts.
  const longest = Math.max(...(fault.mayFollow ?? []).map((alert) => promised(alert, 'clearsWithin')), 0);
  await watching.until((firing) => firing.size === 0, longest * 1_000);
  await system.untilReady();

  const expected = [...fault.alerts, ...(fault.mayFollow ?? [])];
  const others = [...watching.sinceLast()].filter((alert) => !expected.includes(alert));
  return [
    ...fault.alerts.map((alert, place): Verdict => {
      const passed = harmed && fired[place] !== undefined && cleared[place] !== undefined;
      const cells = [
        ...[fault.name, alert, seconds(fired[place]), promised(alert, 'firesWithin').toFixed(0)],
        ...[seconds(cleared[place]), promised(alert, 'clearsWithin').toFixed(0), passed ? 'passed' : 'FAILED'],
      ];
      return { alert, passed, row: rowOf(cells) };
    }),
    ...others.map((alert): Verdict => ({
      ...{ alert, passed: false },
      row: rowOf([fault.name, alert, 'fired', 'not', '', '', 'FAILED']),
    })),
  ];
}
