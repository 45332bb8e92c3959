import { check, type Verdict } from './checker/check';
import type { Broken } from './checker/broken';
import type { Measured, Stage } from './fault';
import { startLoad, type Load, type LoadOptions } from './load/load';
import type { FaultySystem } from './system/faulty-system';

export interface UnderLoad {
  readonly load: Load;
  readonly verdict: Verdict;
  /** What to say of the commands and of how soon the system was level. */
  readonly summary: string;
}

const LIBRARY = { members: 30, books: 12, copies: 2 } as const;
/** The short form leaves two cores time to bring back what the fault took away. */
const PACE = { short: { perSecond: 40, atOnce: 8 }, full: { perSecond: 200, atOnce: 24 } } as const;

/** Does something to the system while members use it, then heals it and checks every promise. */
export async function underLoad(
  stage: Stage,
  harm: (system: FaultySystem, load: Load) => Promise<void>,
  options: Partial<LoadOptions> = {},
): Promise<UnderLoad> {
  const system = await stage.system();
  const load = await startLoad(system, {
    ...LIBRARY,
    ...PACE[stage.form],
    chance: stage.chance,
    ledgerFile: stage.ledgerFile(),
    ...options,
  });
  try {
    await harm(system, load);
  } finally {
    await system.heal();
    await load.finish();
  }
  const verdict = await check(system, load, stage);
  const { ledger } = load;
  const commands = `${String(ledger.entries.length)} commands (${String(ledger.count('ok'))} accepted, ${String(ledger.count('refused'))} refused)`;
  const repeats = ledger.entries.reduce((sum, { attempts }) => sum + attempts.length - 1, 0);
  return {
    load,
    verdict,
    summary: `${commands}, ${String(repeats)} repeats, ${String(verdict.events.length)} events; level after ${(verdict.levelAfterMs / 1_000).toFixed(1)} s`,
  };
}

/** The usual end of a fault under load: the checker's verdict, and whatever the fault itself found. */
export const measuredUnderLoad = (
  amount: string,
  { verdict, summary }: UnderLoad,
  broken: readonly Broken[] = [],
  more = '',
): Measured => ({
  amount,
  measured: more === '' ? summary : `${more}; ${summary}`,
  broken: [...broken, ...verdict.broken],
});
