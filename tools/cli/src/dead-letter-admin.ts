import { connectDatabase, mongoSecurityOf, type MongoSecuritySettings } from '@rentalbook/mongo';
import {
  createPublisher,
  type DeadLetter,
  deadLetterId,
  discarded,
  isDiscarded,
  kafkaSecurityOf,
  type KafkaSecuritySettings,
  type KeyRecord,
  type Log,
  ParkingConflict,
  readDeadLetters,
  replayMessages,
  waitingDeadLetters,
} from '@rentalbook/messaging';
import { randomUUID } from 'node:crypto';
import { pause } from '@rentalbook/timing';
import { UsageError } from './command';
import { countOf } from './dead-letter-text';
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

/** A key that a consumer has parked, with the dead letters that wait for it. */
export interface ParkedKey {
  readonly record: KeyRecord;
  readonly deadLetters: readonly DeadLetter[];
}

/** A replayed dead letter failed again; the message names it and what took effect before it. */
export class StillFailing extends UsageError {}

const REACHABLE_WITHIN_MS = 5_000;
const POLL_EVERY_MS = 50;
/** How long a consumer may take for the next dead letter before it counts as stopped. */
const PATIENCE_MS = 20_000;
/** Kafka takes 1 MB at once by default. */
const BYTES_AT_ONCE = 500_000;
const WRITE_ATTEMPTS = 10;

export const idOfDeadLetter = ({ consumer, partition, offset }: DeadLetter): string =>
  deadLetterId(consumer, partition, offset);

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

  /** Replays the dead letters in order and waits until the consumer has handled each, or one has failed. */
  const replayOnce = async ({ record, deadLetters: waiting }: ParkedKey, acceptsGap: boolean): Promise<KeyRecord> => {
    const id = randomUUID();
    for (const messages of inChunks(replayMessages(record, waiting, { id, acceptsGap })))
      await publisher.publish(topic, messages);
    const last = waiting.at(-1)?.offset ?? record.drained;
    let { drained } = record;
    for (let giveUpAt = Date.now() + PATIENCE_MS; ;) {
      await pause(POLL_EVERY_MS);
      const now = await currentRecord(record);
      if (now.state !== 'parked' || now.drained >= last) return now;
      if (now.refusal?.replay === id)
        throw new StillFailing(
          `${deadLetterId(now.consumer, now.partition, now.refusal.offset)} still cannot be applied: ${now.refusal.reason.replace(/\.$/, '')}.`,
        );
      if (now.drained > drained) {
        drained = now.drained;
        giveUpAt = Date.now() + PATIENCE_MS;
      }
      if (Date.now() > giveUpAt)
        throw new UsageError(
          `${now.consumer} has not taken the dead letters of "${now.key}" for ${String(PATIENCE_MS / 1_000)} s; ` +
            'they take effect when it runs. Look again with "list".',
        );
    }
  };

  return {
    parkedKeys,
    deadLetters,
    parkedOutboxes: records.parkedOutboxes,
    tryOutboxAgain: records.tryOutboxAgain,

    /** The record of a dead letter's key, also when the key is free again; undefined when there is none. */
    recordOf: async (deadLetter: DeadLetter): Promise<KeyRecord | undefined> =>
      (await records.find(deadLetter))?.record,

    /**
     * Replays the dead letters of a key until none waits, also those that arrive meanwhile; resolves to how many
     * were settled. Throws {@link StillFailing} when one fails again: it and all behind it stay where they are.
     */
    async replay(key: ParkedKey, acceptsGap: boolean): Promise<number> {
      let settled = 0;
      for (let current = key; current.record.state === 'parked';) {
        requireAll(current);
        const before = current.record;
        try {
          const after = await replayOnce(current, acceptsGap);
          settled += current.deadLetters.filter(({ offset }) => offset <= after.drained).length;
        } catch (error) {
          if (!(error instanceof StillFailing)) throw error;
          const { drained } = await currentRecord(before);
          settled += current.deadLetters.filter(({ offset }) => offset <= drained).length;
          throw new StillFailing(
            `${error.message} ${settled === 0 ? 'Nothing changed' : `${countOf(settled)} before it settled`}; "${before.key}" stays parked.`,
          );
        }
        const record = await currentRecord(before);
        current = {
          record,
          deadLetters: record.state === 'parked' ? waitingDeadLetters(record, await deadLetters()) : [],
        };
      }
      return settled;
    },

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

/** Replaying only some would lose the others for good. */
function requireAll({ record, deadLetters }: ParkedKey): void {
  if (deadLetters.length !== record.waiting)
    throw new UsageError(
      `Of ${countOf(record.waiting)} of "${record.key}" (${record.consumer}) only ${String(deadLetters.length)} can be read from the dead-letter topic; nothing was put back.`,
    );
  const undecodable = deadLetters.find(
    ({ firstOffset, offset }) => firstOffset !== undefined && !isDiscarded(record, offset),
  );
  if (undecodable)
    throw new UsageError(
      `${idOfDeadLetter(undecodable)} is a batch that cannot be decoded, so it cannot be put back; discard it first. Nothing was put back.`,
    );
  const tooLarge = deadLetters.find(
    ({ omittedBytes, offset }) => omittedBytes !== undefined && !isDiscarded(record, offset),
  );
  if (tooLarge)
    throw new UsageError(
      `${idOfDeadLetter(tooLarge)} has ${String(tooLarge.omittedBytes)} bytes, too large to put back; discard it first. Nothing was put back.`,
    );
}

function* inChunks(messages: ReturnType<typeof replayMessages>) {
  let chunk: (typeof messages)[number][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = message.value?.length ?? 0;
    if (chunk.length > 0 && bytes + size > BYTES_AT_ONCE) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(message);
    bytes += size;
  }
  yield chunk;
}
