import { openDeadLetterAdmin } from '@rentalbook/cli/dead-letter-admin';
import { librarian, member, putMessages } from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultySystem, ServiceName } from '../harness/system/faulty-system';
import type { Load } from './load';

interface Harm {
  readonly system: FaultySystem;
  readonly load: Load;
  /** Aborted when the alerts have fired, or are given up. */
  readonly ending: AbortSignal;
}

/** One thing that goes wrong, and the alerts that name it. */
export interface Fault {
  readonly name: string;
  readonly sentence: string;
  readonly alerts: readonly string[];
  /** What may fire besides: each follows from the fault. */
  readonly mayFollow?: readonly string[];
  /** Of what an alert promises, the seconds that the short form of the rules does not divide: thresholds of age. */
  readonly undividedSeconds?: number;
  /** Begins the fault, and goes on with it as long as it needs; it ends with {@link heal}. */
  readonly harm: (harm: Harm) => Promise<void>;
  readonly heal: (harm: Harm) => Promise<void>;
}

const sent = (system: FaultySystem, service: ServiceName, signal: NodeJS.Signals): void => {
  if (system.signal(service, signal) === undefined) throw new Error(`${service} is between two lives.`);
};
const nothing = (): Promise<void> => Promise.resolve();
const until = (ending: AbortSignal, pauseMs: number): Promise<void> =>
  delay(pauseMs, undefined, { signal: ending }).catch(() => undefined);

const frozen = (service: ServiceName): Pick<Fault, 'harm' | 'heal'> => ({
  harm: ({ system }) => {
    sent(system, service, 'SIGSTOP');
    return nothing();
  },
  heal: ({ system }) => {
    sent(system, service, 'SIGCONT');
    return nothing();
  },
});

/** An event as Book would publish it, with what the fault is about. */
const bookEvent = (key: string, sequence: number): string =>
  JSON.stringify({
    id: `0198f3a0-9999-7000-8000-${randomUUID().slice(-12)}`,
    source: 'book',
    eventType: 'Added',
    timestamp: new Date().toISOString(),
    schemaVersion: 1,
    ...{ key, sequence, correlationId: randomUUID(), actor: 'libby' },
    data: { bookId: key, bookNm: 'Put there by a drill', authors: ['A'], isbn: null, copyIds: [], status: 'In stock' },
  });
const newKey = (): string => `0198f3a0-1111-7000-8000-${randomUUID().slice(-12)}`;

/** Gives every dead letter up, as `npm run dead-letters -- discard` does. */
async function discardAll({ system }: Harm): Promise<void> {
  const { brokers, topic, mongoUrl, security } = system;
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const admin = await openDeadLetterAdmin({ brokers, topic, mongoUrl, security, databasePrefix: 'rentalbook-', log });
  try {
    for (const parked of await admin.parkedKeys()) {
      let { record } = parked;
      for (const deadLetter of parked.deadLetters)
        record = await admin.discard({ ...parked, record }, deadLetter, 'a drill');
      await admin.replay({ ...parked, record }, true);
    }
  } finally {
    await admin.close();
  }
}

const message = (
  name: string,
  sentence: string,
  alerts: readonly string[],
  put: (system: FaultySystem) => Promise<void>,
): Fault => ({ name, sentence, alerts, harm: ({ system }) => put(system), heal: discardAll });

export const faults: readonly Fault[] = [
  {
    name: 'hanging-service',
    sentence: 'MyPage hangs, and no reader asks for it',
    alerts: ['RentalbookServiceDown', 'RentalbookServiceMissing'],
    ...frozen('mypage'),
  },
  {
    name: 'killed-often',
    sentence: 'Reserve is killed four times',
    alerts: ['RentalbookServiceRestarts'],
    mayFollow: ['RentalbookServiceDown', 'RentalbookServiceMissing', 'RentalbookConsumerRestarts'],
    harm: async ({ system, ending }) => {
      for (let times = 0; times < 4 && !ending.aborted; times += 1) {
        const pid = system.signal('reserve', 'SIGKILL');
        if (pid !== undefined) await system.untilReplaced('reserve', pid, 60_000);
        // Prometheus has to see each life.
        await until(ending, 1_500);
      }
    },
    heal: ({ system }) => system.untilReady(),
  },
  {
    name: 'slow-pages',
    sentence: 'MyPage answers after a second',
    alerts: ['RentalbookReadLatencyBurnsFast'],
    harm: async ({ system, ending }) => {
      const readers = await Promise.all(['s-1', 's-2', 's-3', 's-4'].map((id) => member(system, id)));
      while (!ending.aborted) {
        sent(system, 'mypage', 'SIGSTOP');
        const pages = Promise.all(readers.map((reader) => reader.page()));
        await delay(1_000);
        sent(system, 'mypage', 'SIGCONT');
        await pages;
      }
    },
    heal: nothing,
  },
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
  message(
    'malformed-message',
    'A message of Book cannot be read',
    ['RentalbookBlockedKey', 'RentalbookDeadLetters'],
    (system) => putMessages(system, [signedBy(system, 'book')({ key: newKey(), value: '{ "eventType": ' })]),
  ),
  message(
    'forged-event',
    'A message without a signature claims to be of Book',
    ['RentalbookForgedEvent', 'RentalbookBlockedKey'],
    (system) => {
      const key = newKey();
      return putMessages(system, [{ key, value: bookEvent(key, 1) }]);
    },
  ),
  message(
    'gap',
    'The second event of a book comes without the first',
    ['RentalbookStreamGap', 'RentalbookBlockedKey', 'RentalbookDeadLetters'],
    (system) => {
      const key = newKey();
      return putMessages(system, [signedBy(system, 'book')({ key, value: bookEvent(key, 2) })]);
    },
  ),
  {
    ...message('conflict', 'Two events of a book have one number', ['RentalbookStreamConflict'], (system) => {
      const key = newKey();
      const sign = signedBy(system, 'book');
      return putMessages(
        system,
        [1, 1].map((sequence) => sign({ key, value: bookEvent(key, sequence) })),
      );
    }),
  },
];
