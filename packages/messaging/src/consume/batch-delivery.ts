import { doubling, retry, type Bounds } from '@rentalbook/timing';
import type { EachBatchPayload } from 'kafkajs';
import { keyOf } from './consumed-event';
import type { ReceivedMessage } from '../dead-letters/dead-letters';
import { deliverBatch } from './delivery';
import { isDeadLetterUnwritten } from '../dead-letters/key-parking';
import { createMessageHandler, isOfOneMessage } from './message-handler';
import { freeKeysByPartition, parkedKeyCache, type ParkedKeyCache } from './parked-key-cache';
import { ParkingConflict } from '../dead-letters/parking';
import type { SubscriberOptions } from './subscriber-options';

export interface BatchDeliveryOptions {
  readonly options: SubscriberOptions;
  /** The pause before the first retry of a message, and the longest one, in milliseconds. */
  readonly backOffMs: Bounds;
  readonly isClosing: () => boolean;
  /** Called for a bug; the process ends. */
  readonly end: (error: unknown) => void;
}

/** Handles the batches of a consumer: as batches of one key where that is possible, else message by message. */
export function createBatchDelivery({ options, backOffMs, isClosing, end }: BatchDeliveryOptions) {
  const handler = createMessageHandler(options);
  const freeKeys = freeKeysByPartition();

  const processBatch = async (run: readonly ReceivedMessage[], keys: ParkedKeyCache, bugs: unknown[]) => {
    const [first] = run;
    if (!first || run.length < 2) return new Set<ReceivedMessage>();
    try {
      return await handler.processBatch(run, await keys.get(keyOf(first)));
    } catch (error) {
      // A fault of one message, or a transient one, occurs again and is handled when each is delivered by itself.
      if (!options.isTransient(error) && !isOfOneMessage(error)) bugs.push(error);
      options.log.debug({ err: error }, 'events of one key are applied one by one');
      return new Set<ReceivedMessage>();
    }
  };

  /** Retries while an engine is unavailable; false when `goesOn` returned false meanwhile. */
  const deliver = async (message: ReceivedMessage, keys: ParkedKeyCache, goesOn: () => boolean): Promise<boolean> => {
    const key = keyOf(message);
    const isTransient = (error: unknown): boolean =>
      options.isTransient(error) || isDeadLetterUnwritten(error) || error instanceof ParkingConflict;
    const handle = async (attempt: number): Promise<boolean> => {
      if (attempt > 1 && !goesOn()) return false;
      keys.set(key, await handler.process(message, await keys.get(key)));
      return true;
    };
    const onRetry = (error: unknown, attempt: number): void => {
      options.metrics.count('event_retries', {});
      options.log.warn(
        { err: error, partition: message.partition, offset: message.offset, attempt },
        'an event waits for an engine that is away',
      );
      keys.invalidate(key);
    };
    try {
      return await retry(handle, { backOff: doubling(backOffMs), isTransient, onRetry });
    } catch (error) {
      end(error);
      throw error;
    }
  };

  const deliverEach = async (payload: EachBatchPayload): Promise<void> => {
    const { partition, messages } = payload.batch;
    const names = new Set(messages.map(({ key }) => key?.toString('utf8') ?? ''));
    const keys = parkedKeyCache(options.parkedKeys, options.groupId, partition, [...names], freeKeys.of(partition));
    const bugs: unknown[] = [];
    try {
      await deliverBatch(payload, {
        processBatch: (run) => processBatch(run, keys, bugs),
        deliver: (message, goesOn) => deliver(message, keys, () => goesOn() && !isClosing()),
      });
    } finally {
      // Exit even if handling the events one by one succeeded: a failure that shows only in batches is a bug. The offsets have
      // moved on, so the restart makes progress.
      if (bugs.length > 0) end(bugs[0]);
    }
  };
  return {
    deliverEach,
    /** To be called when this consumer has joined its group: other ones may have handled its partitions meanwhile. */
    joined() {
      freeKeys.clear();
    },
  };
}
