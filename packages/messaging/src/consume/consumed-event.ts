import { MalformedEvent, parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import type { ReceivedMessage } from '../dead-letters/dead-letters';
import { ForgedEvent, isUnsigned, signerOf, type EventSignatures } from '../publish/event-signature';
import type { UndecodableBatch } from '../kafka/records/fetched-record';
import { replayOf, type Replay } from '../replay/replay';

/** An event as a consumer gets it, with the metadata of its message. */
export interface ConsumedEvent {
  readonly event: RentalbookEvent;
  /** The W3C trace context of the publisher; undefined when the message has none. */
  readonly traceparent: string | undefined;
  /** An operator accepted that the events before it stay missing: only its own sequence counts. */
  readonly acceptsGap?: boolean;
  /** An operator discarded the event: it moves the checkpoint of its stream and has no effect. */
  readonly discarded?: boolean;
  /** When it was sent to Kafka, in milliseconds since the epoch; missing for a replayed dead letter, and where the message names no instant. */
  readonly publishedAt?: number;
  /** It has no signature where signatures are checked. */
  readonly unsigned?: boolean;
}

/** A whole batch cannot be decoded, so the keys of its events are unknown. */
export class BatchUndecodable extends MalformedEvent {}

export const undecodableFault = ({ offset }: ReceivedMessage, { firstOffset, reason }: UndecodableBatch) => ({
  cause: 'undecodable' as const,
  reason: `The batch of offsets ${String(firstOffset)} to ${offset} cannot be decoded: ${reason}`,
});

/** Messages without a key are kept in order as if they had one in common. */
export const keyOf = ({ key }: Pick<ReceivedMessage, 'key'>): string => key ?? '';

/** The event in a message; throws MalformedEvent when there is none, and {@link ForgedEvent} when another service signed it. */
export function readEvent(message: ReceivedMessage, signatures: EventSignatures): RentalbookEvent {
  if (message.undecodable) throw new BatchUndecodable(undecodableFault(message, message.undecodable).reason);
  const signer = signerOf(message, signatures);
  const event = parseEvent(message.value);
  if (event.key !== message.key) throw new MalformedEvent('The message key differs from the key in the event.');
  if (signer !== undefined && signer !== event.source)
    throw new ForgedEvent(`${signer} signed an event of ${event.source}.`);
  return event;
}

/** The event of a message, or of a replayed dead letter. Throws as {@link readEvent} does. */
export function consumedFrom(message: ReceivedMessage, signatures: EventSignatures, replay?: Replay): ConsumedEvent {
  return {
    event: readEvent(message, signatures),
    ...(isUnsigned(message, signatures) && { unsigned: true }),
    traceparent: message.headers['traceparent'],
    ...(!replay && message.publishedAt !== undefined && { publishedAt: message.publishedAt }),
    ...(replay?.acceptsGap === true && { acceptsGap: true }),
    ...(replay?.discarded === true && { discarded: true }),
  };
}

export const isReadable = (message: ReceivedMessage, signatures: EventSignatures): boolean =>
  consumedIfReadable(message, signatures) !== undefined;

function consumedIfReadable(message: ReceivedMessage, signatures: EventSignatures): ConsumedEvent | undefined {
  try {
    return consumedFrom(message, signatures);
  } catch (error) {
    if (error instanceof MalformedEvent) return undefined;
    throw error;
  }
}

/** The first messages of a run, each with its event, up to a replayed dead letter or a message that cannot be read. */
export function readableHeadOf(
  run: readonly ReceivedMessage[],
  signatures: EventSignatures,
): ReadonlyMap<ReceivedMessage, ConsumedEvent> {
  const news = new Map<ReceivedMessage, ConsumedEvent>();
  for (const message of run) {
    const consumed = replayOf(message.headers) ? undefined : consumedIfReadable(message, signatures);
    if (!consumed) break;
    news.set(message, consumed);
  }
  return news;
}
