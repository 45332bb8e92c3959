import type { Metrics } from '@rentalbook/messaging';
import { createPauses, createPoller, doubling, pause, systemClock, type Clock } from '@rentalbook/timing';
import { trusted } from 'mongoose';
import type { AggregateModel } from '../aggregate/aggregate-document';
import { createBackoffRegistry } from './backoff-registry';
import { headsOf, PENDING, PENDING_FIELDS, type PendingOutbox } from './outbox-batch';
import { createOutboxPublisher, type OutboxPublisherOptions } from './outbox-publisher';
import { PARKED } from './unsendable';

export interface RelayOptions extends OutboxPublisherOptions {
  readonly clock?: Clock;
}

export interface Relay {
  /** There may be something to send that this process has not written just now: poll at once instead of at the next interval. */
  wake(): void;
  start(): void;
  /** Sends what is pending, for at most `deadlineMs`, and ends. */
  stop(deadlineMs?: number): Promise<void>;
}

/**
 * What this process writes is published without a poll. Polling finds the events of a replica that crashed, which may wait two
 * seconds; the interval grows from the last poll that found something.
 */
const POLL_EVERY_MS = { first: 200, most: 2_000 };
const BACK_OFF_MS = { first: 200, most: 5_000 };
const DOCUMENTS_AT_ONCE = 100;

/** Publishes committed events from the outboxes of a service. Any number of relays may run; two of them may send an event twice. */
export function createRelay(options: RelayOptions): Relay {
  const { model, log, metrics, outboxes, clock = systemClock } = options;
  const postponed = createBackoffRegistry(BACK_OFF_MS, clock);
  const publish = createOutboxPublisher(options, postponed);
  measureOutboxes(model, metrics);

  const publishAll = async (documents: readonly PendingOutbox[]): Promise<boolean> => {
    if (documents.length > 0) await publish(headsOf(documents));
    return documents.length > 0;
  };
  /** Publishes what this process has written, at most a batch; resolves to whether there was anything. */
  const publishLocal = (): Promise<boolean> => publishAll(outboxes.take(DOCUMENTS_AT_ONCE, postponed.ids()));
  /** Publishes what is pending in the database, at most a batch; resolves to whether there was anything. */
  const publishPending = async (): Promise<boolean> => publishAll(await pendingOutboxes(model, postponed.ids()));

  const interval = createPauses(doubling(POLL_EVERY_MS));
  const backOff = createPauses(doubling(BACK_OFF_MS));
  /** When the database is to be polled. */
  let dueAt = -Infinity;
  const poll = async (signal: AbortSignal): Promise<number> => {
    try {
      while (!signal.aborted && (await publishLocal()));
      let hasFound = false;
      if (clock.now() >= dueAt) {
        // A wake from here on stands: what it is about may have been written after the last read.
        dueAt = clock.now() + interval.next();
        while (!signal.aborted && (await publishPending())) hasFound = true;
      }
      if (hasFound || postponed.ids().length > 0) {
        interval.reset();
        dueAt = Math.min(dueAt, clock.now() + POLL_EVERY_MS.first);
      }
      backOff.reset();
    } catch (error) {
      dueAt = -Infinity;
      const againInMs = backOff.next();
      metrics.count('relay_failures', { kind: 'away' });
      log.warn({ err: error, againInMs }, 'the relay could not bring events to Kafka');
      // A wake does not shorten it.
      await pause(againInMs, { clock, signal });
    }
    return Math.max(0, dueAt - clock.now());
  };
  const poller = createPoller(poll, { clock });
  const stopListening = outboxes.whenWaiting(poller.wake);

  return {
    wake() {
      dueAt = -Infinity;
      poller.wake();
    },
    start: poller.start,
    async stop(deadlineMs = 2_000) {
      stopListening();
      await poller.stop();
      const giveUpAt = clock.now() + deadlineMs;
      try {
        while (clock.now() < giveUpAt && (await publishPending()));
      } catch (error) {
        log.info({ err: error }, 'events stay in the outbox until the next start');
      }
    },
  };
}

const pendingOutboxes = (model: AggregateModel, excluded: readonly string[]): Promise<readonly PendingOutbox[]> =>
  model
    .find(
      {
        _id: trusted({ $nin: [...excluded] }),
        ...PENDING,
        unsendable: trusted({ $exists: false }),
      },
      PENDING_FIELDS,
    )
    .sort({ pendingSince: 1 })
    .limit(DOCUMENTS_AT_ONCE)
    .lean<PendingOutbox[]>();

function measureOutboxes(model: AggregateModel, metrics: Metrics): void {
  metrics.gauge('outbox_documents', () => model.countDocuments(PENDING));
  metrics.gauge('parked_outboxes', () => model.countDocuments(PARKED));
  metrics.gauge('outbox_oldest_age_seconds', async () => {
    const [oldest] = await model.aggregate<{ readonly pendingSince: Date; readonly now: Date }>([
      { $match: PENDING },
      { $sort: { pendingSince: 1 } },
      { $limit: 1 },
      { $project: { pendingSince: 1, now: '$$NOW' } },
    ]);
    return oldest ? Math.max(0, (oldest.now.getTime() - oldest.pendingSince.getTime()) / 1_000) : 0;
  });
}
