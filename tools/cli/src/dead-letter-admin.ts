import { connectDatabase, mongoSecurityOf, type MongoSecuritySettings } from '@rentalbook/mongo';
import {
  createPublisher,
  type DeadLetter,
  discarded,
  kafkaSecurityOf,
  type KafkaSecuritySettings,
  type KeyRecord,
  type Log,
  ParkingConflict,
  readDeadLetters,
  waitingDeadLetters,
} from '@rentalbook/messaging';
import { createReplay, type ParkedKey } from './dead-letter-replay';
import { parkedKeyRecords } from './parked-key-records';

/** Where the parked keys of a running system are. */
export interface DeadLetterAdminSettings {
  readonly brokers: string;
  readonly topic: string;
  readonly mongoUrl: string;
  readonly databasePrefix: string;
  readonly security?: KafkaSecuritySettings & MongoSecuritySettings;
  readonly log: Log;
}

const REACHABLE_WITHIN_MS = 5_000;
const WRITE_ATTEMPTS = 10;

/** Reads, replays and discards the dead letters of a running system. */
export async function openDeadLetterAdmin(settings: DeadLetterAdminSettings) {
  const { topic, databasePrefix, log, mongoUrl, security = {} } = settings;
  const brokers = settings.brokers.split(',');
  const kafka = { brokers, clientId: 'dead-letters', log, security: kafkaSecurityOf(security) };
  const mongoSecurity = () => mongoSecurityOf(security, mongoUrl);
  const database = `${databasePrefix}book`;
  const connection = await connectDatabase(mongoUrl, database, REACHABLE_WITHIN_MS, log, mongoSecurity);
  const publisher = createPublisher(kafka);
  const records = parkedKeyRecords(connection, databasePrefix);
  const currentRecord = async (record: KeyRecord): Promise<KeyRecord> => (await records.current(record)).record;
  const deadLetters = () => readDeadLetters({ ...kafka, topic });
  const parkedKeys = async (): Promise<readonly ParkedKey[]> => {
    // The records first: every dead letter that they count is in the topic by then.
    const parked = await records.parked();
    const all = parked.length === 0 ? [] : await deadLetters();
    return parked.map((record) => ({ record, deadLetters: waitingDeadLetters(record, all) }));
  };

  const replayAll = createReplay({
    currentRecord,
    waiting: async (record) => waitingDeadLetters(record, await deadLetters()),
    publish: (messages) => publisher.publish(topic, messages),
  });

  return {
    parkedKeys,
    deadLetters,
    parkedOutboxes: records.parkedOutboxes,
    tryOutboxAgain: records.tryOutboxAgain,

    /** The record of a dead letter's key, also when the key is free again; undefined when there is none. */
    recordOf: async (deadLetter: DeadLetter): Promise<KeyRecord | undefined> =>
      (await records.find(deadLetter))?.record,

    replay: replayAll,

    /** Discards a dead letter for good and keeps the reason on record. */
    async discard({ record }: ParkedKey, deadLetter: DeadLetter, reason: string): Promise<KeyRecord> {
      for (let attempt = 1; ; attempt += 1) {
        const { store, record: before } = await records.current(record);
        const after = discarded(before, { offset: deadLetter.offset, reason, at: new Date() });
        try {
          await store.save(before, after);
          return after;
        } catch (error) {
          // The consumer adds dead letters of the key meanwhile.
          if (!(error instanceof ParkingConflict) || attempt === WRITE_ATTEMPTS) throw error;
        }
      }
    },

    async close(): Promise<void> {
      await publisher.close();
      await connection.close();
    },
  };
}

export type DeadLetterAdmin = Awaited<ReturnType<typeof openDeadLetterAdmin>>;
