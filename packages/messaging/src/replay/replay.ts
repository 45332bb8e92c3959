import type { DeadLetter } from '../dead-letters/dead-letters';
import { deadLetterId, type KeyRecord } from '../dead-letters/parking';
import type { OutgoingMessage } from '../publish/publisher';

/** What marks a message as a replayed dead letter; only the consumer that parked its key handles it. */
export interface Replay {
  readonly consumer: string;
  /** The replay that it belongs to. */
  readonly id: string;
  /** The offset of the original message. */
  readonly offset: number;
  /** The offset of the dead letter before it: this one is handled only after that one, so that a failure stops the rest. */
  readonly after: number;
  readonly discarded: boolean;
  /** Whether it may follow on a gap. */
  readonly acceptsGap: boolean;
}

const names = {
  consumer: 'replay-consumer',
  id: 'replay-id',
  offset: 'replay-offset',
  after: 'replay-after',
  discarded: 'replay-discarded',
  acceptsGap: 'replay-over-gap',
} as const;

/** The dead letters that wait for a parked key, in the order of their messages; those of earlier failures are settled. */
export function waitingDeadLetters(record: KeyRecord, deadLetters: readonly DeadLetter[]): readonly DeadLetter[] {
  const { consumer, partition, drained, last } = record;
  return deadLetters
    .filter(
      (deadLetter) =>
        deadLetter.consumer === consumer && deadLetter.partition === partition && deadLetter.key === record.key,
    )
    .filter(({ offset }) => offset > drained && offset <= last)
    .sort((one, other) => one.offset - other.offset);
}

export const isDiscarded = ({ discarded }: KeyRecord, offset: number): boolean =>
  discarded.some((discard) => discard.offset === offset);

/**
 * The messages that replay waiting dead letters, each chained to the one before it. A replay after a
 * discarded one may pass over the gap that it leaves.
 */
export function replayMessages(
  record: KeyRecord,
  waiting: readonly DeadLetter[],
  { id, acceptsGap }: Pick<Replay, 'id' | 'acceptsGap'>,
): readonly OutgoingMessage[] {
  return waiting.map((deadLetter, index) => {
    const before = waiting[index - 1]?.offset;
    return {
      key: deadLetter.key,
      // The bytes of a batch are no message: it is replayed only after it was discarded, for its position.
      value: deadLetter.firstOffset === undefined ? deadLetter.value : null,
      partition: deadLetter.partition,
      headers: {
        ...deadLetter.headers,
        [names.consumer]: deadLetter.consumer,
        [names.id]: id,
        [names.offset]: String(deadLetter.offset),
        [names.after]: String(before ?? record.drained),
        [names.discarded]: String(isDiscarded(record, deadLetter.offset)),
        [names.acceptsGap]: String(acceptsGap || (before !== undefined && isDiscarded(record, before))),
      },
    };
  });
}

/** The replay that a message belongs to; undefined for an ordinary message. */
export function replayOf(headers: Readonly<Record<string, string>>): Replay | undefined {
  const consumer = headers[names.consumer];
  if (consumer === undefined) return undefined;
  return {
    consumer,
    id: headers[names.id] ?? '',
    offset: Number(headers[names.offset]),
    after: Number(headers[names.after]),
    discarded: headers[names.discarded] === 'true',
    acceptsGap: headers[names.acceptsGap] === 'true',
  };
}

export const replayedId = ({ consumer, offset }: Replay, partition: number): string =>
  deadLetterId(consumer, partition, offset);
