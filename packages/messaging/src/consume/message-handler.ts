import { MalformedEvent } from '@rentalbook/event-contracts';
import { contextOf, currentTraceparent, inSpan, messagingAttributes, SpanKind } from '@rentalbook/tracing';
import {
  BatchUndecodable,
  consumedFrom,
  isReadable,
  keyOf,
  readableHeadOf,
  type ConsumedEvent,
} from './consumed-event';
import type { ReceivedMessage } from '../dead-letters/dead-letters';
import { createEventApplication } from './event-application';
import { ForgedEvent } from '../publish/event-signature';
import { createKeyParking } from '../dead-letters/key-parking';
import {
  drainedUpTo,
  failed,
  recovered,
  refusedAgain,
  type Fault,
  type KeyRecord,
  type Place,
} from '../dead-letters/parking';
import { replayedId, replayOf, type Replay } from '../replay/replay';
import { StreamGap } from './stream-gap';
import type { SubscriberOptions } from './subscriber-options';
import { deadLetterTopicOf } from '../kafka/topic-names';

/** How often a message may fail, with a restart after each time, before its key is parked. */
const ATTEMPTS = 3;

/** Whether the message is at fault, not the code that handles it. */
export const isOfOneMessage = (error: unknown): boolean =>
  error instanceof MalformedEvent || error instanceof StreamGap;

/** The fault of the message itself; rethrows a transient error. */
function faultOf(error: unknown, { isTransient, metrics }: Pick<SubscriberOptions, 'isTransient' | 'metrics'>): Fault {
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
}

/**
 * Handles the messages of one consumer group, given the record of their key. Once `process` has resolved, to the record
 * after it, the message is done: it was applied, or its dead letter is acknowledged. A repeat after a crash is recognised by
 * its offset.
 *
 * Rethrows transient errors, and permanent ones before the third attempt; the process then exits and the message is
 * delivered again.
 */
export function createMessageHandler(options: SubscriberOptions) {
  const { groupId, parkedKeys, log, signatures } = options;
  const apply = createEventApplication(options);
  const { save, addDeadLetter, park } = createKeyParking(options);

  const processNew = async (
    message: ReceivedMessage,
    before: KeyRecord | undefined,
    place: Place,
  ): Promise<KeyRecord | undefined> => {
    try {
      await apply([consumedFrom(message, signatures)]);
    } catch (error) {
      const fault = faultOf(error, options);
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

  /** Applies a replayed dead letter in a span of its own, below the one with which it was written. */
  const applyReplay = (message: ReceivedMessage, replay: Replay): Promise<void> => {
    const topic = deadLetterTopicOf(message.topic);
    const attributes = {
      ...messagingAttributes('process', topic),
      'rentalbook.dead_letter.discarded': replay.discarded,
    };
    const parent = contextOf(message.headers['traceparent']);
    return inSpan(`replay ${topic}`, { kind: SpanKind.CONSUMER, parent, attributes }, () => {
      const consumed = consumedFrom(message, signatures, replay);
      return apply([{ ...consumed, traceparent: currentTraceparent() ?? consumed.traceparent }]);
    });
  };

  const processReplay = async (
    message: ReceivedMessage,
    before: KeyRecord | undefined,
    replay: Replay,
  ): Promise<KeyRecord | undefined> => {
    const isExpected = replay.consumer === groupId && before?.state === 'parked' && before.drained === replay.after;
    if (!isExpected) return before;
    try {
      if (!replay.discarded || isReadable(message, signatures)) await applyReplay(message, replay);
    } catch (error) {
      const { reason } = faultOf(error, options);
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
     * Applies the first messages of a run of one key as one batch, as long as they are new and the key has no record, and
     * resolves to those, which are done. Rejects with any error of the application; then none was applied, or it is not known which.
     */
    async processBatch(
      run: readonly ReceivedMessage[],
      record: KeyRecord | undefined,
    ): Promise<ReadonlySet<ReceivedMessage>> {
      const news =
        record || run.length < 2 ? new Map<ReceivedMessage, ConsumedEvent>() : readableHeadOf(run, signatures);
      if (news.size < 2) return new Set();
      await apply([...news.values()]);
      return new Set(news.keys());
    },

    async process(message: ReceivedMessage, before: KeyRecord | undefined): Promise<KeyRecord | undefined> {
      const replay = replayOf(message.headers);
      if (replay) return processReplay(message, before, replay);
      if (before?.state === 'parked') return addDeadLetter(message, before);
      const place = {
        consumer: groupId,
        partition: message.partition,
        key: keyOf(message),
        offset: Number(message.offset),
      };
      return processNew(message, before, place);
    },
  };
}
