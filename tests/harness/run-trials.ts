import { join } from 'node:path';
import { chanceOf } from '../conformance/chance';
import type { Asked } from './arguments';
import { record, rowOnRecord, unfinishedRounds, type RecordKept } from './report/record';
import { describeRow, writeJson, type Row } from './report/row';
import { systemOnDemand, type Surroundings } from './system/system-on-demand';
import type { SystemSettings } from './system/prepare-system';
import type { Stage, Trial } from './trial';

/** A set of trials that share a command, a folder in .data and a page in docs. */
export interface Harness {
  /** Names the folder and the page. */
  readonly name: string;
  readonly page: RecordKept['page'];
  /** Every trial that a row of the page can be of, in its order. */
  readonly ids: readonly string[];
  /** How many systems trials are carried out on at the same time. */
  readonly lanes: (asked: Asked) => number;
  /** What its systems are set to beside the usual. */
  readonly settings?: SystemSettings;
}

/** Carries out what was asked for, prints and keeps each result, and resolves to whether all passed. Ctrl-C ends it. */
export async function runTrials(harness: Harness, asked: Asked, surroundings: Surroundings): Promise<boolean> {
  const { root } = surroundings;
  const { name, page, ids, settings } = harness;
  const results = join(root, '.data', name);
  const kept: RecordKept = { folder: join(root, 'docs'), name, ids, page };
  const stopping = new AbortController();
  const systems = Array.from({ length: harness.lanes(asked) }, (_, lane) =>
    systemOnDemand(surroundings, {
      engines: asked.engines,
      log: join(results, `system-${String(lane + 1)}.log`),
      signal: stopping.signal,
      ...(settings && { settings }),
    }),
  );
  const stopAll = async (): Promise<void> => {
    await Promise.all(systems.map((system) => system.stop()));
  };
  const end = (signal: NodeJS.Signals): void => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    say(`${signal}: stopping everything`);
    void stopAll().then(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.on('SIGINT', end).on('SIGTERM', end);

  const rows: Row[] = [];
  let ledgers = 0;
  const carryOut = async (trial: Trial, seed: number, system: Stage['system']): Promise<Row['verdict']> => {
    const row = await rowOf(trial, seed, {
      form: asked.form,
      engines: asked.engines,
      chance: chanceOf(seed),
      root,
      system,
      ledgerFile: () => join(results, 'ledgers', `${trial.id}-${asked.form}-${String((ledgers += 1))}.jsonl`),
      progress: progressOf(trial),
      isLate: (tookMs, barMs) => asked.form === 'full' && tookMs > barMs,
      amount: (of) => of[asked.form],
    });
    // What was interrupted says nothing; the signal's own handler ends the process.
    if (stopping.signal.aborted) await new Promise(() => undefined);
    rows.push(row);
    process.stdout.write(`${describeRow(row)}\n`);
    writeJson(asked.json ?? join(results, `${asked.form}-${asked.engines}.json`), rows);
    if (asked.record) record(kept, [row]);
    return row.verdict;
  };
  /** Those rounds of a trial that are asked for and, when they go on record, are missing there; no more after one fails. */
  const carryOutRounds = async (trial: Trial, system: Stage['system']): Promise<void> => {
    const of = asked.form === 'full' ? (trial.rounds ?? 1) : 1;
    const before = asked.record && of > 1 ? unfinishedRounds(rowOnRecord(kept, trial.id, asked.engines)).length : 0;
    for (let round = before; round < Math.min(of, before + asked.rounds); round += 1) {
      say(`${trial.id}  ${trial.name}${of > 1 ? `, round ${String(round + 1)} of ${String(of)}` : ''} …`);
      if ((await carryOut(trial, asked.seed + round - before, system)) === 'fail') return;
    }
  };
  const carryOutEach = async (queue: Trial[], system: Stage['system']): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await carryOutRounds(next, system);
  };
  try {
    const queue = [...asked.chosen];
    await Promise.all(systems.map(({ get }) => carryOutEach(queue, get)));
  } finally {
    await stopAll();
  }
  const failed = rows.filter(({ verdict }) => verdict === 'fail');
  say(failed.length === 0 ? `All of ${idsOf(asked.chosen)} passed.` : `Failed: ${idsOf(failed)}.`);
  return failed.length === 0;
}

export const idsOf = (some: readonly { readonly id: string }[]): string => some.map(({ id }) => id).join(' ');

async function rowOf(trial: Trial, seed: number, stage: Stage): Promise<Row> {
  const startedAt = performance.now();
  const { id, name, bar, full, rounds: of } = trial;
  const { amount, measured, broken } = await trial.run(stage).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'UsageError') throw error;
    const found = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const promise = 'the harness can do this to the system';
    return { amount: 'not carried out', measured: 'nothing', broken: [{ promise, on: id, found }] };
  });
  const round = {
    ...{ measured, seed, at: new Date().toISOString() },
    seconds: Math.round((performance.now() - startedAt) / 1_000),
  };
  return {
    ...{ id, name, form: stage.form, engines: stage.engines, amount, full, bar, ...round },
    ...(stage.form === 'full' && of !== undefined && { rounds: { done: [round], of } }),
    verdict: broken.length === 0 ? 'pass' : 'fail',
    broken,
  };
}

/** Twice a minute: a short form ends before it has anything to print. */
const PRINTED_EVERY_MS = 30_000;
const MINUTE_MS = 60_000;

function progressOf({ id }: Trial): Stage['progress'] {
  const startedAt = performance.now();
  let printedAt = startedAt;
  return (done, of) => {
    const now = performance.now();
    if (now - printedAt < PRINTED_EVERY_MS) return;
    printedAt = now;
    say(`${id}  ${String(done)} of ${String(of)} after ${((now - startedAt) / MINUTE_MS).toFixed(1)} min`);
  };
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
