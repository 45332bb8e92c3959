import { check, type Verdict } from './checker/check';
import type { Broken } from '../../harness/broken';
import type { Measured, Stage } from '../../harness/trial';
import { startLoad, type Load, type LoadOptions } from './load/load';
import type { FaultySystem } from '../../harness/system/faulty-system';

export interface UnderLoad {
  readonly load: Load;
  readonly verdict: Verdict;
  /** What to say of the commands and of how soon the system was level. */
  readonly summary: string;
}

/** The short form has eight commands under way at once on either library, and leaves two cores time for the fault itself. */
const LOAD = {
  short: { members: 12, books: 6, copies: 2, perSecond: 5, atOnce: 8, againMs: 200, someAnswers: 6 },
  full: { members: 30, books: 12, copies: 2, perSecond: 200, atOnce: 24, againMs: 50, someAnswers: 20 },
} as const;

/** Does something to the system while members use it, then heals it and checks every promise. */
export async function underLoad(
  stage: Stage,
  harm: (system: FaultySystem, load: Load) => Promise<void>,
  options: Partial<LoadOptions> = {},
): Promise<UnderLoad> {
  const system = await stage.system();
  const load = await startLoad(system, {
    ...LOAD[stage.form],
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
