import { accepted, librarian, putMessages } from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bookEvent, newKey } from './book-events';
import { keepAsking, members } from './callers';
import { changeDocument, changeOutbox, withDeadLetters } from './documents';
import { burns, DOWN, nothing, READERS_NOTICE, sent, type Fault } from './fault';

/** More than the alert takes, and few enough for a service to apply soon once MongoDB is well. */
const BURST = 1_600;
/** More than a broker takes as one message; in a field that no view of Book has, for a listing of it would take seconds. */
const TOO_LARGE = 'x'.repeat(1_500_000);
const PADDING = 'x'.repeat(5 * 1024 ** 2);

let book = '';

/** What happens to Kafka, to MongoDB, and between them and a service. */
export const engineFaults: readonly Fault[] = [
  {
    name: 'kafka-away',
    sentence: 'Kafka is away, and a book is added',
    alerts: ['RentalbookOutboxStuck'],
    mayFollow: ['RentalbookConsumerRestarts'],
    undividedSeconds: 60,
    harm: async ({ system }) => {
      const libby = await librarian(system);
      system.proxies.kafka.hangUp();
      await libby.addBook('Waits in the outbox', 1);
    },
    heal: ({ system }) => {
      system.proxies.kafka.pass();
      return nothing();
    },
  },
  {
    name: 'too-large-event',
    sentence: 'An event in the outbox of Book is larger than Kafka takes',
    alerts: ['RentalbookOutboxBlocked'],
    mayFollow: ['RentalbookConsumerRestarts', ...burns('MyPageFreshness')],
    // Until the relay and the broker are connected again.
    undividedSeconds: 30,
    harm: async ({ system }) => {
      const libby = await librarian(system);
      system.proxies.kafka.hangUp();
      book = accepted(await libby.addBook('Too large for a message', 1)).id;
      await changeOutbox(system, 'book', book, { padding: TOO_LARGE });
      system.proxies.kafka.pass();
    },
    heal: async ({ system }) => {
      await changeOutbox(system, 'book', book, { padding: '' });
      await withDeadLetters(system, async (admin) => {
        for (const outbox of await admin.parkedOutboxes()) await admin.tryOutboxAgain(outbox);
      });
    },
  },
  {
    name: 'burst',
    sentence: 'MongoDB takes a second for an answer, and 1,600 books are added at once',
    alerts: ['RentalbookConsumerLag'],
    mayFollow: [
      ...DOWN,
      ...burns('MyPageFreshness'),
      ...burns('ReadLatency'),
      'RentalbookPoolExhausted',
      'RentalbookConsumerRestarts',
    ],
    harm: async ({ system }) => {
      system.proxies.mongo.slow(1_000);
      const sign = signedBy(system, 'book');
      const messages = Array.from({ length: BURST }, () => {
        const key = newKey();
        return sign({ key, value: bookEvent(key, 1) });
      });
      await putMessages(system, messages, BURST / 8);
    },
    heal: ({ system }) => {
      system.proxies.mongo.pass();
      return nothing();
    },
  },
  {
    name: 'wrong-password',
    sentence: 'Reserve has another password than Kafka knows, and its connections break',
    alerts: ['RentalbookConsumerRestarts'],
    harm: ({ system, outside }) => {
      outside.passwordOfReserve('of yesterday');
      system.proxies.kafka.hangUp();
      system.proxies.kafka.pass();
      return nothing();
    },
    heal: ({ outside }) => {
      outside.passwordOfReserve(undefined);
      return nothing();
    },
  },
  {
    name: 'large-document',
    sentence: 'A document of Reserve has grown to 5 MiB, and a reader reserves and cancels',
    alerts: ['RentalbookLargeDocument'],
    mayFollow: [...READERS_NOTICE, ...burns('MyPageFreshness')],
    // One read in sixteen is measured.
    undividedSeconds: 30,
    harm: async ({ system, ending }) => {
      const [libby, readers] = await Promise.all([librarian(system), members(system, 4)]);
      book = accepted(await libby.addBook('Grown', 1)).id;
      await changeDocument(system, 'reserve', book, { $set: { padding: PADDING } });
      await keepAsking(readers, ending, async (reader) => {
        const { entity } = await reader.reserve(book);
        if (entity) await reader.cancel(entity.id);
      });
    },
    heal: async ({ system }) => {
      await changeDocument(system, 'reserve', book, { $unset: { padding: 1 } });
    },
  },
  {
    name: 'kafka-lost',
    sentence: 'Kafka comes back without its data',
    alerts: ['RentalbookEngineLoss'],
    mayFollow: [...DOWN, ...READERS_NOTICE, 'RentalbookConsumerRestarts'],
    harm: ({ system }) => {
      sent(system, 'embedded-kafka', 'SIGSTOP');
      rmSync(join(system.dataDir, 'kafka'), { recursive: true });
      sent(system, 'embedded-kafka', 'SIGKILL');
      return nothing();
    },
    heal: ({ system }) => system.untilReady(),
  },
];
