import type { Metrics } from '@rentalbook/messaging';
import { trusted } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import type { AggregateDocument, AggregateModel } from '../aggregate/aggregate-document';
import { createBackoffRegistry } from './backoff-registry';
import { headsOf, PENDING_FIELDS, type PendingOutbox } from './outbox-batch';
import { createOutboxPublisher, type OutboxPublisherOptions } from './outbox-publisher';

export type RelayOptions = OutboxPublisherOptions;

export interface Relay {
  /** There may be something to send: poll now instead of at the next interval. */
  wake(): void;
  start(): void;
  /** Sends what is pending, for at most `deadlineMs`, and ends. */
  stop(deadlineMs?: number): Promise<void>;
}

/**
 * A wake makes the next poll immediate. Polling without one finds the events of a replica that crashed, which may wait
 * two seconds; the interval grows from the last poll that found something.
 */
const POLL_EVERY_MS = { first: 200, most: 2_000 };
const BACK_OFF_MS = { first: 200, most: 5_000 };
const DOCUMENTS_AT_ONCE = 100;
const EPOCH = new Date(0);

/** Publishes committed events from the outboxes of a service. Any number of relays may run; two of them may send an event twice. */
export function createRelay(options: RelayOptions): Relay {
  const { model, log, metrics } = options;
  const stop = new AbortController();
  const backoff = createBackoffRegistry(BACK_OFF_MS);
  const publish = createOutboxPublisher(options, backoff);
  const isStopping = (): boolean => stop.signal.aborted;
  let wakeUp: (() => void) | undefined;
  let woken = false;
  let loop: Promise<void> | undefined;
  measureOutboxes(model, metrics);

  /** Publishes what is pending now; resolves to whether there was anything. */
  const poll = async (): Promise<boolean> => {
    const batches = headsOf(await pendingOutboxes(model, backoff.ids()));
    if (batches.length > 0) await publish(batches);
    return batches.length > 0;
  };

  const idle = async (ms: number): Promise<void> => {
    if (woken || isStopping()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wakeUp = undefined;
  };

  const run = async (): Promise<void> => {
    let backOff = BACK_OFF_MS.first;
    let pollIn = POLL_EVERY_MS.first;
    while (!isStopping()) {
      await idle(pollIn);
      woken = false;
      pollIn = Math.min(pollIn * 2, POLL_EVERY_MS.most);
      try {
        while (!isStopping() && (await poll())) pollIn = POLL_EVERY_MS.first;
        if (backoff.ids().length > 0) pollIn = POLL_EVERY_MS.first;
        backOff = BACK_OFF_MS.first;
      } catch (error) {
        metrics.count('relay_failures', { kind: 'away' });
        log.warn({ err: error, againInMs: backOff }, 'the relay could not bring events to Kafka');
        await delay(backOff, undefined, { signal: stop.signal }).catch(() => undefined);
        backOff = Math.min(backOff * 2, BACK_OFF_MS.most);
      }
    }
  };

  return {
    wake() {
      woken = true;
      wakeUp?.();
    },
    start() {
      loop ??= run();
    },
    async stop(deadlineMs = 2_000) {
      stop.abort();
      wakeUp?.();
      await loop;
      const giveUpAt = Date.now() + deadlineMs;
      try {
        while (Date.now() < giveUpAt && (await poll()));
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
        pendingSince: trusted({ $gt: EPOCH }),
        unsendable: trusted({ $exists: false }),
      },
      PENDING_FIELDS,
    )
    .sort({ pendingSince: 1 })
    .limit(DOCUMENTS_AT_ONCE)
    .lean<PendingOutbox[]>();

function measureOutboxes(model: AggregateModel, metrics: Metrics): void {
  const waiting = { pendingSince: trusted({ $gt: EPOCH }) };
  metrics.gauge('outbox_documents', () => model.countDocuments(waiting));
  metrics.gauge('parked_outboxes', () => model.countDocuments({ unsendable: trusted({ $exists: true }) }));
  metrics.gauge('outbox_oldest_age_seconds', async () => {
    const oldest = await model
      .findOne(waiting, { pendingSince: 1 })
      .sort({ pendingSince: 1 })
      .lean<AggregateDocument>();
    return oldest?.pendingSince ? Math.max(0, (Date.now() - oldest.pendingSince.getTime()) / 1_000) : 0;
  });
}
