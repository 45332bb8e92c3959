import {
  deadLetterId,
  isDiscarded,
  replayMessages,
  type DeadLetter,
  type KeyRecord,
  type OutgoingMessage,
} from '@rentalbook/messaging';
import { pause } from '@rentalbook/timing';
import { randomUUID } from 'node:crypto';
import { UsageError } from './command';
import { countOf } from './dead-letter-text';

/** A key that a consumer has parked, with the dead letters that wait for it. */
export interface ParkedKey {
  readonly record: KeyRecord;
  readonly deadLetters: readonly DeadLetter[];
}

/** A replayed dead letter failed again; the message names it and what took effect before it. */
export class StillFailing extends UsageError {}

const POLL_EVERY_MS = 50;
/** How long a consumer may take for the next dead letter before it counts as stopped. */
const PATIENCE_MS = 20_000;
/** Kafka takes 1 MB at once by default. */
const BYTES_AT_ONCE = 500_000;

export const idOfDeadLetter = ({ consumer, partition, offset }: DeadLetter): string =>
  deadLetterId(consumer, partition, offset);

interface ReplayOptions {
  readonly currentRecord: (record: KeyRecord) => Promise<KeyRecord>;
  /** The dead letters that wait for the key. */
  readonly waiting: (record: KeyRecord) => Promise<readonly DeadLetter[]>;
  readonly publish: (messages: OutgoingMessage[]) => Promise<void>;
}

export function createReplay({ currentRecord, waiting, publish }: ReplayOptions) {
  /** Replays the dead letters in order and waits until the consumer has handled each, or one has failed. */
  const replayOnce = async ({ record, deadLetters }: ParkedKey, acceptsGap: boolean): Promise<KeyRecord> => {
    const id = randomUUID();
    for (const messages of inChunks(replayMessages(record, deadLetters, { id, acceptsGap }))) await publish(messages);
    const last = deadLetters.at(-1)?.offset ?? record.drained;
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
            'they take effect when it runs. Check again with "list".',
        );
    }
  };

  /**
   * Replays the dead letters of a key until none waits, also those that arrive meanwhile; resolves to how many
   * were settled. Throws {@link StillFailing} when one fails again: it and all behind it stay where they are.
   */
  return async (key: ParkedKey, acceptsGap: boolean): Promise<number> => {
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
      current = { record, deadLetters: record.state === 'parked' ? await waiting(record) : [] };
    }
    return settled;
  };
}

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
