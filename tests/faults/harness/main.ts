import { runCommand } from '@rentalbook/launcher';
import { join } from 'node:path';
import { chanceOf } from '../../conformance/chance';
import { readArguments, type Asked } from './arguments';
import type { Fault, Stage } from './fault';
import { faults } from './faults';
import { record, rowOnRecord, unfinishedRounds } from './report/record';
import { describeRow, writeJson, type Row } from './report/row';
import { systemOnDemand, type Surroundings } from './system/system-on-demand';

const HELP = `Does to a running system what befalls real ones, and checks that nothing is lost, doubled or half done.

  npm run test:faults                        every fault, in its full amount: hours
  npm run test:faults -- --short             every fault, in seconds each
  npm run test:faults -- F2 F5 --short       some
    --seed NUMBER       the same choices again; by default at random, and printed
    --real-engines      on Apache Kafka and mongo-java-server: ${idsOf(faults.filter(({ onRealEngines }) => onRealEngines))}
    --rounds NUMBER     no more rounds than that of what is done in rounds: ${idsOf(faults.filter(({ rounds }) => rounds !== undefined))}; with --record, of those missing there
    --json FILE         where the results go, by default .data/faults/FORM-ENGINES.json; ledgers are beside it
    --record            puts the results into docs/faults.md too

${faults.map(({ id, name }) => `  ${id.padEnd(4)} ${name}`).join('\n')}

Exit 0: every fault passed. Ctrl-C stops everything. It works on folders and ports of its own, on this machine alone.
`;

function idsOf(some: readonly { readonly id: string }[]): string {
  return some.map(({ id }) => id).join(' ');
}

/** How many systems faults are done to at the same time: a short form mostly waits, all else has the machine to itself. */
const lanesOf = ({ form, engines }: Asked): number => (form === 'short' && engines === 'embedded' ? 2 : 1);

export function runFaults(surroundings: Surroundings): void {
  runCommand(HELP, async (args) => {
    const passed = await run(readArguments(args), surroundings);
    // kafkajs and the driver keep timers for what they were in the middle of when it was taken from them.
    process.exit(passed ? 0 : 1);
  });
}

async function run(asked: Asked, surroundings: Surroundings): Promise<boolean> {
  const { root } = surroundings;
  const results = join(root, '.data/faults');
  const docs = join(root, 'docs');
  const stopping = new AbortController();
  const systems = Array.from({ length: lanesOf(asked) }, (_, lane) =>
    systemOnDemand(surroundings, {
      engines: asked.engines,
      log: join(results, `system-${String(lane + 1)}.log`),
      signal: stopping.signal,
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
  const carryOut = async (fault: Fault, seed: number, system: Stage['system']): Promise<Row['verdict']> => {
    const row = await rowOf(fault, seed, {
      form: asked.form,
      engines: asked.engines,
      chance: chanceOf(seed),
      root,
      system,
      ledgerFile: () => join(results, 'ledgers', `${fault.id}-${asked.form}-${String((ledgers += 1))}.jsonl`),
      progress: progressOf(fault),
      isLate: (tookMs, barMs) => asked.form === 'full' && tookMs > barMs,
      amount: (of) => of[asked.form],
    });
    // What was interrupted says nothing; the signal's own handler ends the process.
    if (stopping.signal.aborted) await new Promise(() => undefined);
    rows.push(row);
    process.stdout.write(`${describeRow(row)}\n`);
    writeJson(asked.json ?? join(results, `${asked.form}-${asked.engines}.json`), rows);
    if (asked.record) record(docs, [row]);
    return row.verdict;
  };
  /** Those rounds of a fault that are asked for and, when they go on record, are missing there; no more after one fails. */
  const carryOutRounds = async (fault: Fault, system: Stage['system']): Promise<void> => {
    const of = asked.form === 'full' ? (fault.rounds ?? 1) : 1;
    const before = asked.record && of > 1 ? unfinishedRounds(rowOnRecord(docs, fault.id, asked.engines)).length : 0;
    for (let round = before; round < Math.min(of, before + asked.rounds); round += 1) {
      say(`${fault.id}  ${fault.name}${of > 1 ? `, round ${String(round + 1)} of ${String(of)}` : ''} …`);
      if ((await carryOut(fault, asked.seed + round - before, system)) === 'fail') return;
    }
  };
  const carryOutEach = async (queue: Fault[], system: Stage['system']): Promise<void> => {
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

async function rowOf(fault: Fault, seed: number, stage: Stage): Promise<Row> {
  const startedAt = performance.now();
  const { id, name, bar, full, rounds: of } = fault;
  const { amount, measured, broken } = await fault.run(stage).catch((error: unknown) => {
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

/** Twice a minute: a short form ends before it has anything to say. */
const TOLD_EVERY_MS = 30_000;
const MINUTE_MS = 60_000;

function progressOf({ id }: Fault): Stage['progress'] {
  const startedAt = performance.now();
  let toldAt = startedAt;
  return (done, of) => {
    const now = performance.now();
    if (now - toldAt < TOLD_EVERY_MS) return;
    toldAt = now;
    say(`${id}  ${String(done)} of ${String(of)} after ${((now - startedAt) / MINUTE_MS).toFixed(1)} min`);
  };
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
