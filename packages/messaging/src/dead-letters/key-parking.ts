import { contextOf, currentTraceparent, inSpan, messagingAttributes, SpanKind } from '@rentalbook/tracing';
import { undecodableFault } from '../consume/consumed-event';
import { crashPoint } from '../crash-points/crash-point';
import { publishDeadLetter, type DeadLetterReason, type ReceivedMessage } from './dead-letters';
import { deadLetteredUpTo, deadLetterId, parked, type Fault, type KeyRecord, type Place } from './parking';
import type { SubscriberOptions } from '../consume/subscriber-options';
import { deadLetterTopicOf } from '../kafka/topic-names';

/** The dead letter could not be written: Kafka is unavailable, and the message waits. */
class DeadLetterFailed extends Error {
  override readonly name = 'DeadLetterFailed';
}

export const isDeadLetterUnwritten = (error: unknown): boolean => error instanceof DeadLetterFailed;

/**
 * Parks keys and writes the dead letters of parked keys. A key is parked before its first dead letter is written, so that
 * nothing overtakes it; and a dead letter is written before it is counted, so that none is lost.
 */
export function createKeyParking({
  groupId,
  parkedKeys,
  publisher,
  metrics,
  log,
}: Pick<SubscriberOptions, 'groupId' | 'parkedKeys' | 'publisher' | 'metrics' | 'log'>) {
  const save = async (before: KeyRecord | undefined, after: KeyRecord): Promise<KeyRecord> => {
    await parkedKeys.save(before, after);
    return after;
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

  /** Writes and counts the dead letter of a message whose key is parked; a message that is counted already is skipped. */
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

  return {
    save,
    addDeadLetter,

    async park(
      message: ReceivedMessage,
      before: KeyRecord | undefined,
      place: Place,
      fault: Fault,
    ): Promise<KeyRecord> {
      crashPoint('dead-letter.before-park');
      const record = await save(before, parked(before, place, fault, new Date()));
      log.error(
        { ...fault, key: place.key, deadLetter: deadLetterId(groupId, place.partition, place.offset) },
        'a key was parked: this and all later messages of it become dead letters',
      );
      return addDeadLetter(message, record);
    },
  };
}

/** Why a message of a parked key is in the dead-letter topic. */
function reasonFor(
  message: ReceivedMessage,
  record: KeyRecord,
  now: Date,
): Omit<DeadLetterReason, 'consumer' | 'lastAt'> {
  const { cause, reason, attempts, firstAt } = record;
  if (Number(message.offset) === record.offset) return { cause, reason, attempts, firstAt };
  // Also behind a message without a key, with which it shares only the record.
  if (message.undecodable) return { ...undecodableFault(message, message.undecodable), attempts: 1, firstAt: now };
  const culprit = deadLetterId(record.consumer, record.partition, record.offset);
  return { cause: 'behind', reason: `It waits behind ${culprit}.`, attempts: 0, firstAt: now };
}
