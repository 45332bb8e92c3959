import {
  contextOf,
  currentTraceparent,
  inSharedSpans,
  inSpan,
  messagePart,
  messagingAttributes,
  SpanKind,
} from '@rentalbook/tracing';
import { MalformedEvent, parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import { crashPoint } from './crash-points/crash-point';
import { ForgedEvent, isUnsigned, signerOf, type EventSignatures } from './event-signature';
import { publishDeadLetter, type DeadLetterReason, type ReceivedMessage } from './dead-letters';
import {
  drainedUpTo,
  failed,
  deadLetterId,
  parked,
  recovered,
  refusedAgain,
  deadLetteredUpTo,
  type Fault,
  type KeyRecord,
  type Place,
} from './parking';
import type { UndecodableBatch } from './records/fetched-record';
import { replayedId, replayOf, type Replay } from './replay';
import { StreamGap } from './stream-gap';
import { deadLetterTopicOf } from './topic-names';
import type { ConsumedEvent, SubscriberOptions } from './subscriber';

/** How often a message may fail, with a restart after each time, before its key is parked. */
const ATTEMPTS = 3;

/** The dead letter could not be written: Kafka is away, and the message waits. */
class DeadLetterFailed extends Error {
  override readonly name = 'DeadLetterFailed';
}

export const isDeadLetterUnwritten = (error: unknown): boolean => error instanceof DeadLetterFailed;

/** A whole batch cannot be decoded, so which keys it had events of is not known. */
class BatchUndecodable extends MalformedEvent {}

/** Whether a message is what is wrong, not the code that handles it. */
export const isOfOneMessage = (error: unknown): boolean =>
  error instanceof MalformedEvent || error instanceof StreamGap;

/**
 * Deals with the messages of one consumer group, given what is on record about their key. Once `take` has resolved, to
 * what is on record then, the message is done with: it took effect, or its dead letter is safe.
 *
 * The order of writes is what makes a crash harmless: the key is parked before its first dead letter is written, so that
 * nothing overtakes it; a dead letter is written before it is counted, so that none is lost; and what a crash in between
 * repeats is recognised by its offset.
 *
 * It rejects with what `handle` threw when that will pass by itself, and when it will not but the message has been tried
 * fewer than three times: then the process is to end, and the next one tries again.
 */
export function createMessageHandler(options: SubscriberOptions) {
  const { groupId, parkedKeys, publisher, metrics, log, isTransient, signatures } = options;

  const save = async (before: KeyRecord | undefined, after: KeyRecord): Promise<KeyRecord> => {
    await parkedKeys.save(before, after);
    return after;
  };

  const timed = async <Result>(work: () => Promise<Result>, traceparent: string | undefined): Promise<Result> => {
    const end = metrics.startTimer('consume_duration_seconds');
    let outcome = 'failed';
    try {
      const result = await work();
      outcome = 'applied';
      return result;
    } finally {
      end({ outcome }, traceparent);
    }
  };

  const measure = ({ event: { source, timestamp }, unsigned, publishedAt, traceparent }: ConsumedEvent): void => {
    metrics.count('events_handled', { source });
    if (unsigned) metrics.count('unsigned_events', { source });
    if (publishedAt === undefined) return;
    metrics.observeSince('published_to_applied_seconds', { source }, publishedAt, traceparent);
    metrics.observeSince('decided_to_applied_seconds', { source }, timestamp, traceparent);
  };

  /** What follows from an event continues the trace below the span of its handling. */
  const handle = (run: readonly ConsumedEvent[]): Promise<readonly RentalbookEvent[]> => {
    const more = { 'messaging.consumer.group.name': groupId, 'messaging.batch.message_count': run.length };
    return inSharedSpans(
      () => run.map(({ event, traceparent }) => messagePart('process', options.topic, event, traceparent, more)),
      (ownTraceparent) =>
        options.handle(
          run.map((message, index) => {
            const traceparent = ownTraceparent(index);
            return traceparent === undefined ? message : { ...message, traceparent };
          }),
        ),
    );
  };

  const apply = async (run: readonly ConsumedEvent[]): Promise<void> => {
    crashPoint('consumer.before-apply');
    const conflicting = await timed(() => handle(run), run[0]?.traceparent);
    crashPoint('consumer.after-apply');
    for (const one of run) measure(one);
    for (const { source, key, sequence, id, eventType } of conflicting) {
      metrics.count('stream_conflicts', { source });
      log.error(
        { source, key, sequence, id, eventType },
        'an event was not applied: another one of its source has its number; the source lost events, or did not publish this one',
      );
    }
  };

  /** What is wrong with the message itself; rethrows what will pass. */
  const faultOf = (error: unknown): Fault => {
    if (error instanceof BatchUndecodable) return { cause: 'undecodable', reason: error.message };
    if (error instanceof ForgedEvent) return { cause: 'forged', reason: error.message };
    if (error instanceof MalformedEvent) return { cause: 'malformed', reason: error.message };
    if (error instanceof StreamGap) {
      metrics.count('stream_gaps', { source: error.source });
      return { cause: 'gap', reason: error.message };
    }
    if (isTransient(error)) throw error;
    metrics.count('handler_failures', {});
    return { cause: 'failing', reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  };

  const send = (message: ReceivedMessage, why: DeadLetterReason): Promise<void> => {
    const topic = deadLetterTopicOf(message.topic);
    const attributes = { ...messagingAttributes('send', topic), 'rentalbook.dead_letter.cause': why.cause };
    const parent = contextOf(message.headers['traceparent']);
    return inSpan(`send ${topic}`, { kind: SpanKind.PRODUCER, parent, attributes }, () => {
      // The handling of a replayed dead letter follows from this span.
      const traceparent = currentTraceparent();
      const headers = { ...message.headers, ...(traceparent !== undefined && { traceparent }) };
      return publishDeadLetter(publisher, { ...message, headers }, why);
    });
  };

  const writeDeadLetter = async (message: ReceivedMessage, why: DeadLetterReason): Promise<void> => {
    crashPoint('dead-letter.before-send');
    try {
      await send(message, why);
    } catch (error) {
      throw new DeadLetterFailed('a dead letter could not be written', { cause: error });
    }
    crashPoint('dead-letter.after-send');
    metrics.count('dead_letters', { cause: why.cause });
  };

  const addDeadLetter = async (message: ReceivedMessage, record: KeyRecord): Promise<KeyRecord> => {
    const offset = Number(message.offset);
    if (offset <= record.last) return record;
    const now = new Date();
    await writeDeadLetter(message, { consumer: groupId, ...reasonFor(message, record, now), lastAt: now });
    const { undecodable } = message;
    if (undecodable)
      log.error(
        { partition: message.partition, firstOffset: undecodable.firstOffset, offset, reason: undecodable.reason },
        'a batch that cannot be decoded is in the dead-letter topic; a key that it had an event of is parked at its next one',
      );
    return save(record, deadLetteredUpTo(record, offset));
  };

  const park = async (
    message: ReceivedMessage,
    before: KeyRecord | undefined,
    place: Place,
    fault: Fault,
  ): Promise<KeyRecord> => {
    crashPoint('dead-letter.before-park');
    const record = await save(before, parked(before, place, fault, new Date()));
    log.error(
      { ...fault, key: place.key, deadLetter: deadLetterId(groupId, place.partition, place.offset) },
      'a key was parked: this and all later messages of it become dead letters',
    );
    return addDeadLetter(message, record);
  };

  const takeNew = async (
    message: ReceivedMessage,
    before: KeyRecord | undefined,
    place: Place,
  ): Promise<KeyRecord | undefined> => {
    try {
      await apply([consumedFrom(message, signatures)]);
    } catch (error) {
      const fault = faultOf(error);
      // It was a dead letter before and has been settled since: the group reads the topic again from an older offset.
      if (before?.state === 'open' && place.offset <= before.last) return before;
      if (fault.cause !== 'failing') return park(message, before, place, fault);
      const attempt = failed(before, place, fault.reason, new Date());
      if (attempt.attempts >= ATTEMPTS) return park(message, before, place, fault);
      await parkedKeys.save(before, attempt);
      throw error;
    }
    return before?.state === 'failing' && before.offset === place.offset ? save(before, recovered(before)) : before;
  };

  const takeBack = async (
    message: ReceivedMessage,
    before: KeyRecord | undefined,
    replay: Replay,
  ): Promise<KeyRecord | undefined> => {
    const isExpected = replay.consumer === groupId && before?.state === 'parked' && before.drained === replay.after;
    if (!isExpected) return before;
    try {
      if (!replay.discarded || isReadable(message, signatures))
        await apply([consumedFrom(message, signatures, replay)]);
    } catch (error) {
      const { reason } = faultOf(error);
      const deadLetter = replayedId(replay, message.partition);
      log.error({ err: error, deadLetter }, 'a dead letter that was put back failed again; its key stays parked');
      return save(before, refusedAgain(before, { replay: replay.id, offset: replay.offset, reason }));
    }
    const after = await save(before, drainedUpTo(before, replay.offset));
    if (after.state === 'open') log.info({ key: after.key }, 'a key is free again: all its dead letters took effect');
    return after;
  };

  return {
    /**
     * Applies at once what messages of one key begin with, as long as they are new and nothing is on record about the key,
     * and resolves to those, which are done with. Rejects as `handle` does; then none took effect, or it is not known which.
     */
    async applyTogether(
      run: readonly ReceivedMessage[],
      record: KeyRecord | undefined,
    ): Promise<ReadonlySet<ReceivedMessage>> {
      const news =
        record || run.length < 2 ? new Map<ReceivedMessage, ConsumedEvent>() : newsAtTheStartOf(run, signatures);
      if (news.size < 2) return new Set();
      await apply([...news.values()]);
      return new Set(news.keys());
    },

    async take(message: ReceivedMessage, before: KeyRecord | undefined): Promise<KeyRecord | undefined> {
      const replay = replayOf(message.headers);
      if (replay) return takeBack(message, before, replay);
      if (before?.state === 'parked') return addDeadLetter(message, before);
      const place = {
        consumer: groupId,
        partition: message.partition,
        key: keyOf(message),
        offset: Number(message.offset),
      };
      return takeNew(message, before, place);
    },
  };
}

function consumedFrom(message: ReceivedMessage, signatures: EventSignatures, replay?: Replay): ConsumedEvent {
  return {
    event: readEvent(message, signatures),
    ...(isUnsigned(message, signatures) && { unsigned: true }),
    traceparent: message.headers['traceparent'],
    ...(!replay && message.publishedAt !== undefined && { publishedAt: message.publishedAt }),
    ...(replay?.overGap === true && { overGap: true }),
    ...(replay?.discarded === true && { discarded: true }),
  };
}

/** Messages without a key are kept in order as if they had one in common. */
export const keyOf = ({ key }: Pick<ReceivedMessage, 'key'>): string => key ?? '';

/** Why a message of a parked key is in the dead-letter topic. */
function reasonFor(
  message: ReceivedMessage,
  record: KeyRecord,
  now: Date,
): Omit<DeadLetterReason, 'consumer' | 'lastAt'> {
  const { cause, reason, attempts, firstAt } = record;
  if (Number(message.offset) === record.offset) return { cause, reason, attempts, firstAt };
  // Also behind a message without a key, which it only shares the record with.
  if (message.undecodable) return { ...undecodableFault(message, message.undecodable), attempts: 1, firstAt: now };
  const culprit = deadLetterId(record.consumer, record.partition, record.offset);
  return { cause: 'behind', reason: `It waits behind ${culprit}.`, attempts: 0, firstAt: now };
}

const undecodableFault = ({ offset }: ReceivedMessage, { firstOffset, reason }: UndecodableBatch) => ({
  cause: 'undecodable' as const,
  reason: `The batch of offsets ${String(firstOffset)} to ${offset} cannot be decoded: ${reason}`,
});

/** The event in a message; throws MalformedEvent when there is none, and {@link ForgedEvent} when it is of another source. */
export function readEvent(message: ReceivedMessage, signatures: EventSignatures): RentalbookEvent {
  if (message.undecodable) throw new BatchUndecodable(undecodableFault(message, message.undecodable).reason);
  const signer = signerOf(message, signatures);
  const event = parseEvent(message.value);
  if (event.key !== message.key) throw new MalformedEvent('The message key differs from the key in the event.');
  if (signer !== undefined && signer !== event.source)
    throw new ForgedEvent(`${signer} signed an event of ${event.source}.`);
  return event;
}

/** The messages that a run begins with, each with its event, up to one that was put back or cannot be read. */
function newsAtTheStartOf(
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

const isReadable = (message: ReceivedMessage, signatures: EventSignatures): boolean =>
  consumedIfReadable(message, signatures) !== undefined;

function consumedIfReadable(message: ReceivedMessage, signatures: EventSignatures): ConsumedEvent | undefined {
  try {
    return consumedFrom(message, signatures);
  } catch (error) {
    if (error instanceof MalformedEvent) return undefined;
    throw error;
  }
}
