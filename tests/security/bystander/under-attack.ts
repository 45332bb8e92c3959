import { serviceNames } from '@rentalbook/test-kit';
import type { Broken } from '../../harness/broken';
import type { FaultySystem } from '../../harness/system/faulty-system';
import type { Measured, Stage } from '../../harness/trial';
import type { FloodOrder, FloodReport } from './attacker-messages';
import { startAttacker } from './attacker-process';
import { bystander, percentile, type Samples } from './bystander';

export interface UnderAttack {
  readonly order: Omit<FloodOrder, 'url'>;
  /** By how much the bystander's p99 may grow. */
  readonly factor?: number;
  /** Codes of which the attacker has to get some, in the full form: a short one has not the time to spend a budget. */
  readonly limitedBy?: readonly string[];
  /** Milliseconds that an attack lasts in the full form, twice. */
  readonly attackMs?: number;
}

const PHASE_MS = { short: 2_000, full: 20_000 };
/** Milliseconds before the first measurement, in which code is compiled, of the bystander's requests at the same rate. */
const WARM_UP_MS = { short: 0, full: 10_000 };
const PER_SECOND = { short: 10, full: 25 };
const PAIRS = { short: 1, full: 2 };
const FACTOR = 1.2;

/**
 * Measures a bystander with and without an attack, in turns within one run, and judges: every answer to the bystander is
 * good, their p99 grows by the factor at most (in the full form), no process ends, and the attacker learns nothing.
 */
export async function underAttack(stage: Stage, options: UnderAttack): Promise<Measured> {
  const { order, factor = FACTOR, limitedBy = [] } = options;
  const system = await stage.system();
  const person = await bystander(system);
  const pids = pidsOf(system);
  const [quiet, attacked]: [Samples, Samples] = [
    { times: [], bad: [] },
    { times: [], bad: [] },
  ];
  const reports: FloodReport[] = [];
  const [pairs, perSecond, phaseMs] = [stage.amount(PAIRS), stage.amount(PER_SECOND), stage.amount(PHASE_MS)];
  const attackMs = stage.form === 'full' ? (options.attackMs ?? phaseMs) : phaseMs;
  await person.goOn(stage.amount(WARM_UP_MS), perSecond, { times: [], bad: [] });
  for (let pair = 0; pair < pairs; pair += 1) {
    stage.progress(pair, pairs);
    const attacker = await startAttacker();
    await person.goOn(phaseMs, perSecond, quiet);
    attacker.begin({ ...order, url: system.url });
    try {
      await person.goOn(attackMs, perSecond, attacked);
    } finally {
      reports.push(await attacker.stop());
    }
  }
  const outcomes = summed(reports);
  const sent = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const [before, during] = [percentile(quiet, 99), percentile(attacked, 99)];
  const found = (promise: string, what: string): Broken => ({ promise, on: order.flood, found: what });
  const broken: Broken[] = [
    ...[...quiet.bad, ...attacked.bad].map((bad) => found('every answer to the bystander is good', bad)),
    ...reports.flatMap(({ faults }) => faults).map((fault) => found('the attacker learns nothing', fault)),
    ...(pidsOf(system) === pids ? [] : [found('no process ends', `${pids} became ${pidsOf(system)}`)]),
    ...(stage.isLate(during, before * factor)
      ? [found(`the bystander’s p99 is at most ${String(factor)} ×`, `${(during / before).toFixed(2)} ×`)]
      : []),
    ...(stage.form === 'short' || limitedBy.length === 0 || limitedBy.some((code) => (outcomes[code] ?? 0) > 0)
      ? []
      : [found('the attacker is limited', JSON.stringify(outcomes))]),
  ];
  const answers = quiet.times.length + attacked.times.length;
  const good = answers - quiet.bad.length - attacked.bad.length;
  return {
    amount: `${String(sent)} requests in ${String((pairs * attackMs) / 1_000)} s`,
    measured: `bystander ${String(good)} of ${String(answers)} good, p50 ${fixed(percentile(quiet, 50))} → ${fixed(percentile(attacked, 50))} ms, p99 ${fixed(before)} → ${fixed(during)} ms (${(during / before).toFixed(2)} ×); attacker ${described(outcomes)}`,
    broken,
  };
}

const fixed = (ms: number): string => ms.toFixed(ms < 10 ? 1 : 0);
const pidsOf = (system: FaultySystem): string =>
  serviceNames.map((name) => `${name} ${String(system.pidOf(name))}`).join(', ');

function summed(reports: readonly FloodReport[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { outcomes } of reports)
    for (const [outcome, count] of Object.entries(outcomes)) sums[outcome] = (sums[outcome] ?? 0) + count;
  return sums;
}

const described = (outcomes: Readonly<Record<string, number>>): string =>
  Object.entries(outcomes)
    .sort(([, one], [, other]) => other - one)
    .map(([outcome, count]) => `${String(count)} ${outcome}`)
    .join(', ');
