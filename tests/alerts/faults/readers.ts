import { accepted, librarian, type Reader } from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import { keepAsking, look, members } from './callers';
import { burns, DOWN, nothing, READERS_NOTICE, sent, type Fault, type Harm } from './fault';

const connected = ({ system }: Pick<Harm, 'system'>): Promise<void> => {
  for (const { pass } of Object.values(system.proxies)) pass();
  return nothing();
};
/** Each hundred entries cost five points. */
const EXPENSIVE = `{ ${['a', 'b', 'c', 'd'].map((alias) => `${alias}: books(first: 100) { edges { node { id } } }`).join(' ')} }`;

/** Slow enough that calls queue behind it, and fast enough that none of them times out. */
async function concurrentReaders(
  { system, ending }: Harm,
  count: number,
  answersLaterMs: number,
  step: (reader: Reader, place: number) => Promise<unknown> = look,
): Promise<void> {
  const readers = await members(system, count);
  system.proxies.mongo.slow(answersLaterMs);
  await keepAsking(readers, ending, step);
}
/** Of another length for each reader: the router shares equal fetches, and those of a page share commands. */
const listOfTitles = (reader: Reader, place: number): Promise<unknown> =>
  reader.data(`{ books(first: ${String(place + 1)}) { edges { node { id } } } }`);
/** What may follow where all that is done takes longer. */
const ALL_IS_LATE = [
  ...READERS_NOTICE,
  ...burns('MyPageFreshness'),
  'RentalbookQueueSlow',
  'RentalbookPoolExhausted',
  'RentalbookConsumerLag',
];

/** What callers notice, and what they do to each other. */
export const readerFaults: readonly Fault[] = [
  {
    name: 'hanging-pages',
    sentence: 'MyPage hangs, and readers ask for it',
    alerts: [...burns('ReadAvailability'), 'RentalbookCircuitOpen'],
    mayFollow: [...DOWN, ...READERS_NOTICE],
    harm: async ({ system, ending }) => {
      const readers = await members(system, 8);
      sent(system, 'mypage', 'SIGSTOP');
      await keepAsking(readers, ending, look);
    },
    heal: ({ system }) => {
      sent(system, 'mypage', 'SIGCONT');
      return nothing();
    },
  },
  {
    name: 'slow-pages',
    sentence: 'MongoDB takes 0.7 s for an answer, and readers look at their pages',
    alerts: burns('ReadLatency'),
    mayFollow: burns('MyPageFreshness'),
    harm: async ({ system, ending }) => {
      const readers = await members(system, 4);
      system.proxies.mongo.slow(700);
      await keepAsking(readers, ending, look);
    },
    heal: connected,
  },
  {
    name: 'mongo-away',
    sentence: 'MongoDB is away, and readers reserve a book',
    alerts: burns('CommandSuccess'),
    mayFollow: [...DOWN, ...ALL_IS_LATE, 'RentalbookConsumerRestarts', 'RentalbookEngineLoss'],
    harm: async ({ system, ending }) => {
      const [libby, readers] = await Promise.all([librarian(system), members(system, 4)]);
      const { id } = accepted(await libby.addBook('Reserved in vain', 1));
      system.proxies.mongo.hangUp();
      await keepAsking(readers, ending, (reader) => reader.reserve(id));
    },
    heal: connected,
  },
  {
    name: 'kafka-stalls',
    sentence: 'Kafka is silent for four seconds at a time, and readers reserve and cancel',
    alerts: burns('MyPageFreshness'),
    mayFollow: ['RentalbookConsumerRestarts', ...burns('ReadLatency'), ...burns('CommandSuccess')],
    harm: async ({ system, ending }) => {
      const [libby, readers] = await Promise.all([librarian(system), members(system, 4)]);
      const { id } = accepted(await libby.addBook('Shown late', 10));
      const stall = async (): Promise<void> => {
        while (!ending.aborted) {
          system.proxies.kafka.freeze();
          await delay(4_000);
          system.proxies.kafka.pass();
          await delay(1_500);
        }
      };
      await Promise.all([
        stall(),
        keepAsking(readers, ending, async (reader) => {
          const { entity } = await reader.reserve(id);
          if (entity) await reader.cancel(entity.id);
        }),
      ]);
    },
    heal: connected,
  },
  {
    name: 'loop-of-a-client',
    sentence: 'A member asks without a pause',
    alerts: ['RentalbookCallersLimited'],
    mayFollow: READERS_NOTICE,
    harm: async ({ system, ending }) => {
      const readers = await members(system, 1);
      await keepAsking([...readers, ...readers, ...readers, ...readers], ending, (reader) => reader.data(EXPENSIVE));
    },
    heal: nothing,
  },
  {
    name: 'long-lines',
    sentence: 'MongoDB is slow, and three members have ten operations each under way',
    alerts: ['RentalbookQueueSlow'],
    mayFollow: [...DOWN, ...ALL_IS_LATE, 'RentalbookCallersLimited'],
    harm: async ({ system, ending }) => {
      const readers = await members(system, 3);
      system.proxies.mongo.slow(300);
      await keepAsking(
        readers.flatMap((reader) => Array<typeof reader>(10).fill(reader)),
        ending,
        look,
      );
    },
    heal: connected,
  },
  {
    name: 'slow-mongo',
    sentence: 'MongoDB takes 0.8 s for an answer, and 40 members each ask for another list of titles',
    alerts: ['RentalbookPoolExhausted'],
    mayFollow: [...DOWN, ...ALL_IS_LATE, 'RentalbookEventLoopLag'],
    harm: (harm) => concurrentReaders(harm, 40, 800, listOfTitles),
    heal: connected,
  },
  {
    name: 'concurrent-readers',
    sentence: 'MongoDB takes 0.3 s for an answer, and 150 members look at their pages',
    alerts: ['RentalbookBulkheadFull'],
    mayFollow: [...DOWN, ...ALL_IS_LATE, 'RentalbookEventLoopLag'],
    harm: (harm) => concurrentReaders(harm, 150, 300),
    heal: connected,
  },
];
