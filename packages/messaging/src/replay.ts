import type { DeadLetter } from './dead-letters';
import { letterId, type KeyRecord } from './parking';
import type { OutgoingMessage } from './publisher';

/** How a dead letter that is put back differs from any other message; only the consumer that parked it takes it. */
export interface Replay {
  readonly consumer: string;
  /** The attempt that it belongs to. */
  readonly id: string;
  /** Where the message stood first. */
  readonly offset: number;
  /** The letter before it: it counts only when that one is through, so that one that fails holds back the rest. */
  readonly after: number;
  readonly discarded: boolean;
  /** Whether it may follow on something that is missing for good. */
  readonly overGap: boolean;
}

const names = {
  consumer: 'replay-consumer',
  id: 'replay-id',
  offset: 'replay-offset',
  after: 'replay-after',
  discarded: 'replay-discarded',
  overGap: 'replay-over-gap',
} as const;

/** The letters that a parked key waits for, in the order of their messages; those of earlier troubles are over. */
export function waitingLetters(record: KeyRecord, letters: readonly DeadLetter[]): readonly DeadLetter[] {
  const { consumer, partition, drained, last } = record;
  return letters
    .filter((letter) => letter.consumer === consumer && letter.partition === partition && letter.key === record.key)
    .filter(({ offset }) => offset > drained && offset <= last)
    .sort((one, other) => one.offset - other.offset);
}

export const isDiscarded = ({ discarded }: KeyRecord, offset: number): boolean =>
  discarded.some((discard) => discard.offset === offset);

/**
 * The messages that put waiting letters back where they came from, each chained to the one before it. One that follows
 * on a letter that was given up may step over what that one leaves missing.
 */
export function replayMessages(
  record: KeyRecord,
  waiting: readonly DeadLetter[],
  { id, overGap }: Pick<Replay, 'id' | 'overGap'>,
): readonly OutgoingMessage[] {
  return waiting.map((letter, index) => {
    const before = waiting[index - 1]?.offset;
    return {
      key: letter.key,
      // The bytes of a batch are no message; it is put back only after it was discarded, for its place.
      value: letter.firstOffset === undefined ? letter.value : null,
      partition: letter.partition,
      headers: {
        ...letter.headers,
        [names.consumer]: letter.consumer,
        [names.id]: id,
        [names.offset]: String(letter.offset),
        [names.after]: String(before ?? record.drained),
        [names.discarded]: String(isDiscarded(record, letter.offset)),
        [names.overGap]: String(overGap || (before !== undefined && isDiscarded(record, before))),
      },
    };
  });
}

/** What a message says about being put back; undefined for one that came by itself. */
export function replayOf(headers: Readonly<Record<string, string>>): Replay | undefined {
  const consumer = headers[names.consumer];
  if (consumer === undefined) return undefined;
  return {
    consumer,
    id: headers[names.id] ?? '',
    offset: Number(headers[names.offset]),
    after: Number(headers[names.after]),
    discarded: headers[names.discarded] === 'true',
    overGap: headers[names.overGap] === 'true',
  };
}

export const replayedId = ({ consumer, offset }: Replay, partition: number): string =>
  letterId(consumer, partition, offset);
