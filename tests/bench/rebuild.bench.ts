import { connectDatabase } from '@rentalbook/mongo';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { noopLogger, runCommand } from '@rentalbook/cli';
import { ensureTopics, unsigned } from '@rentalbook/messaging';
import { putMessages } from '@rentalbook/test-kit';
import type { Connection } from 'mongoose';
import {
  readModelVersion,
  type ReadModelVersion,
} from '../../subgraphs/mypage/src/projections/versions/read-model-version';
import { versionPointerIn } from '../../subgraphs/mypage/src/projections/versions/version-pointer';
import { rebuildPage, type Built } from '../../subgraphs/mypage/src/rebuild/rebuild-page';
import { chanceOf } from '../conformance/chance';
import { eventLog } from '../conformance/event-log';
import { beEngine, isEngine, startEngine } from './engines';
import { median } from './median';

const HELP = `Measures a rebuild of MyPage, and what a page costs a reader with little and with much behind it.

  npm run bench:rebuild

Runs on the embedded engines, each in a process of its own. Exit 1: a bar was missed.
`;
const TOPIC = 'rentalbook';
const SEED = 7;
const BARS = { eventsPerSecond: 5_000, timesTheCost: 1.5 };
const READERS = { few: 100, many: 100_000 };
const PUBLISHED_AT_ONCE = 1_000;
const READS = 400;
const PAGE = { after: undefined, before: undefined, limit: 21, backward: false };
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const note = (line: string): void => void process.stderr.write(`${line}\n`);

runCommand(HELP, async ([role]) => {
  if (isEngine(role)) return beEngine(role);
  const [kafka, mongo] = await Promise.all([startEngine('kafka'), startEngine('mongo')]);
  const brokers = [kafka.address];
  const connection = await connectDatabase(mongo.address, 'rentalbook-mypage', 5_000, noopLogger);
  try {
    await publish(brokers, [
      ...eventLog(chanceOf(SEED), READERS.few, { readers: ['few'], books: 6, firstId: 1 }),
      ...eventLog(chanceOf(SEED), READERS.many, { readers: ['many'], books: 1_000, firstId: 1_000 }),
    ]);
    note('There is no page yet: the first rebuild makes one.');
    await rebuild(brokers, connection, true);
    note('The second one is measured, and has to come to the same.');
    const { events, seconds } = await rebuild(brokers, connection, false);
    const rate = events / seconds;
    print(
      `rebuild: ${String(events)} events in ${seconds.toFixed(1)} s, ${rate.toFixed(0)} a second (bar: ≥ ${String(BARS.eventsPerSecond)})`,
    );

    const { active } = await versionPointerIn(connection).read();
    const cost = await costOfPages(readModelVersion(connection, active));
    const times = cost.many / cost.few;
    for (const reader of ['few', 'many'] as const)
      print(
        `page with ${String(READERS[reader])} events behind it: ${cost[reader].toFixed(2)} ms (median of ${String(READS)})`,
      );
    print(`the second costs ${times.toFixed(2)} times the first (bar: ≤ ${String(BARS.timesTheCost)})`);
    if (rate < BARS.eventsPerSecond || times > BARS.timesTheCost) process.exitCode = 1;
  } finally {
    await connection.close();
    await Promise.all([kafka.stop(), mongo.stop()]);
  }
});

async function publish(brokers: readonly string[], events: readonly RentalbookEvent[]): Promise<void> {
  const client = { brokers, clientId: 'bench', log: noopLogger };
  await ensureTopics({ ...client, topic: TOPIC, partitions: 3, replication: 1 }, 5_000);
  const messages = events.map((event) => ({ key: event.key, value: JSON.stringify(event) }));
  await putMessages({ brokers: brokers.join(), topic: TOPIC }, messages, PUBLISHED_AT_ONCE);
}

const rebuild = (brokers: readonly string[], connection: Connection, acceptDifferences: boolean): Promise<Built> =>
  rebuildPage({
    connection,
    brokers,
    clientId: 'rebuild',
    log: noopLogger,
    signatures: unsigned,
    topic: TOPIC,
    group: 'mypage',
    eventLogs: [],
    verifyOnly: false,
    acceptDifferences,
    patienceMs: 0,
    signal: new AbortController().signal,
    // Not the differences, of which the first rebuild is full.
    print: (line) => {
      note(`  ${line.split('\n', 1)[0] ?? ''}`);
    },
  });

/** Milliseconds, by reader. One read of each in turn, so that whatever else the machine does burdens both. */
async function costOfPages({ entries }: ReadModelVersion): Promise<Record<keyof typeof READERS, number>> {
  const samples = { few: [] as number[], many: [] as number[] };
  for (let round = 0; round < READS; round += 1)
    for (const reader of ['few', 'many'] as const) {
      const startedAt = performance.now();
      const page = await entries.slice(reader, PAGE, { history: true });
      samples[reader].push(performance.now() - startedAt);
      if (page.length !== PAGE.limit) throw new Error(`the page of ${reader} has ${String(page.length)} entries`);
    }
  return { few: median(samples.few), many: median(samples.many) };
}
