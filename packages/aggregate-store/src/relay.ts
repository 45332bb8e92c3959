import type { RentalbookEvent } from '@rentalbook/event-contracts';
import {
  crashPoint,
  MessageRefused,
  SIGNATURE_HEADER,
  type EventSignatures,
  PartitionAway,
  type Log,
  type Metrics,
  type OutgoingMessage,
  type Publisher,
} from '@rentalbook/messaging';
import { inSharedSpans, messagePart } from '@rentalbook/tracing';
import { trusted } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import type { AggregateDocument, AggregateModel, OutboxEntry, Unsendable } from './aggregate-document';
import type { Projection } from './aggregate-store';
import type { IdempotencyRecords } from './idempotency-records';
import { isStoreUnavailable } from './database';
import { createPostponed } from './postponed';

export interface RelayOptions {
  readonly model: AggregateModel;
  readonly idempotencyRecords: IdempotencyRecords;
  readonly project: Projection;
  readonly publisher: Publisher;
  /** Signs each event as it is sent, so that one that waited is signed with the key of now. */
  readonly sign: EventSignatures['sign'];
  readonly topic: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onPublished?: (events: readonly RentalbookEvent[]) => void;
}

export interface Relay {
  /** There may be something to send: look now instead of at the next interval. */
  wake(): void;
  start(): void;
  /** Sends what is pending, for at most `deadlineMs`, and ends. */
  stop(deadlineMs?: number): Promise<void>;
}

/**
 * A wake makes the next look immediate. Looking without one is for what another replica left when it crashed, which may
 * wait two seconds; it is the more frequent the less long ago there was something to send.
 */
const LOOK_EVERY_MS = { first: 200, most: 2_000 };
const BACK_OFF_MS = { first: 200, most: 5_000 };
const DOCUMENTS_AT_ONCE = 100;
/** Kafka takes 1 MB at once by default; the rest of an outbox goes with the next pass. */
const BYTES_AT_ONCE = 500_000;
const EPOCH = new Date(0);

/** What the relay has to know of a document; the state of a title that everybody wants is far larger. */
type Pending = Pick<AggregateDocument, '_id' | 'revision' | 'outbox' | 'commands' | 'answeredThrough'>;
const PENDING_FIELDS: Record<keyof Pending, 1> = { _id: 1, revision: 1, outbox: 1, commands: 1, answeredThrough: 1 };

/** What one document contributes to a pass: the head of its outbox, and whether that is all of it. */
interface Batch {
  readonly document: Pending;
  readonly entries: readonly OutboxEntry[];
}

/** The events did not reach Kafka, or it is not known whether they did: no fault of theirs. */
class Unsent extends Error {
  override readonly name = 'Unsent';
}

/**
 * Brings committed events to Kafka, at least once and, for each document, in order: sending starts at the head of the
 * outbox and removal follows the acknowledgement. Any number of relays may run; the rest are repeats.
 *
 * An engine that is away makes all documents wait. A document that fails for another reason waits alone, also when it is
 * its partition that cannot be written to; and one whose event Kafka will never take is parked with that event at the head
 * of its outbox: what follows would be a gap.
 */
export function createRelay(options: RelayOptions): Relay {
  const { model, idempotencyRecords, project, publisher, sign, topic, log, metrics } = options;
  const stop = new AbortController();
  const postponed = createPostponed(BACK_OFF_MS);
  const isStopping = (): boolean => stop.signal.aborted;
  let wakeUp: (() => void) | undefined;
  let woken = false;
  let loop: Promise<void> | undefined;
  measureOutboxes(model, metrics);

  const pending = (): Promise<readonly Pending[]> =>
    model
      .find(
        {
          _id: trusted({ $nin: postponed.ids() }),
          pendingSince: trusted({ $gt: EPOCH }),
          unsendable: trusted({ $exists: false }),
        },
        PENDING_FIELDS,
      )
      .sort({ pendingSince: 1 })
      .limit(DOCUMENTS_AT_ONCE)
      .lean<Pending[]>();

  /** Returns whether there was anything to do. */
  const pass = async (): Promise<boolean> => {
    const batches = headsOf(await pending());
    if (batches.length === 0) return false;
    try {
      await bring(batches);
    } catch (error) {
      if (isEngineAway(error)) throw error;
      for (const batch of batches) await bringAlone(batch);
    }
    return true;
  };

  const bring = async (batches: readonly Batch[]): Promise<void> => {
    const entries = batches.flatMap((batch) => batch.entries);
    if (entries.length > 0) {
      await project(entries.map(({ event }) => event));
      await send(entries).catch(async (error: unknown) => {
        await storeIdempotencyRecords(batches);
        await updateEach(batches, ({ document }) => recordsStored(document));
        throw error;
      });
    }
    await storeIdempotencyRecords(batches);
    crashPoint('relay.before-pull');
    await settle(batches);
    crashPoint('relay.after-pull');
    for (const { document } of batches) postponed.done(document._id);
  };

  /** Needs MongoDB alone: while Kafka is away, the outbox bounds the commands of a key, not its idempotency records. */
  const storeIdempotencyRecords = (batches: readonly Batch[]): Promise<unknown> =>
    Promise.all(batches.map(({ document }) => idempotencyRecords.fillIn(document._id, unstoredCommands(document))));

  const send = async (entries: readonly OutboxEntry[]): Promise<void> => {
    crashPoint('relay.before-send');
    const end = metrics.startTimer('publish_duration_seconds');
    const [first] = entries;
    try {
      const batch = { 'messaging.batch.message_count': entries.length };
      await inSharedSpans(
        () => entries.map(({ event, traceparent }) => messagePart('send', topic, event, traceparent, batch)),
        (ownTraceparent) =>
          publisher.publish(
            topic,
            entries.map((entry, index) => toMessage(entry, sign, ownTraceparent(index))),
          ),
      );
    } catch (error) {
      end({ outcome: publishOutcomeOf(error) }, first?.traceparent);
      if (error instanceof MessageRefused || error instanceof PartitionAway) throw error;
      throw new Unsent('Kafka did not acknowledge', { cause: error });
    }
    crashPoint('relay.after-send');
    end({ outcome: 'acknowledged' }, first?.traceparent);
    metrics.count('events_sent', {}, entries.length);
    for (const { event, traceparent } of entries)
      metrics.observeSince('decided_to_published_seconds', {}, event.timestamp, traceparent);
    options.onPublished?.(entries.map(({ event }) => event));
  };

  /** A document by itself: what is wrong with it holds up no other. */
  const bringAlone = async (batch: Batch): Promise<void> => {
    const { document } = batch;
    try {
      await bring([batch]);
    } catch (error) {
      if (isEngineAway(error)) throw error;
      if (error instanceof MessageRefused) {
        await bringUntilRefused(batch);
        return;
      }
      metrics.count('relay_failures', { kind: 'postponed' });
      const level = error instanceof PartitionAway ? 'warn' : 'error';
      log[level]({ err: error, key: document._id }, 'the events of a book cannot be brought to Kafka and wait');
      postponed.add(document._id);
    }
  };

  /** Kafka refused one of these events: sends those before it and parks the document with that one at the head. */
  const bringUntilRefused = async ({ document, entries }: Batch): Promise<void> => {
    for (const entry of entries)
      try {
        await bring([{ document, entries: [entry] }]);
      } catch (error) {
        if (!(error instanceof MessageRefused)) throw error;
        const unsendable: Unsendable = { seq: entry.seq, reason: error.message, at: new Date() };
        await model.updateOne({ _id: document._id }, { $set: { unsendable } });
        metrics.count('relay_failures', { kind: 'unsendable' });
        log.error({ key: document._id, ...unsendable }, 'Kafka will never take this event: its book is parked');
        return;
      }
  };

  /** Removes what was acknowledged; a document that nobody touched meanwhile and that is empty now is done. */
  const settle = async (batches: readonly Batch[]): Promise<void> => {
    const result = await model.bulkWrite(
      batches.map(({ document, entries }) => ({
        updateOne: {
          filter: { _id: document._id, revision: document.revision },
          update: {
            ...removal(document, entries),
            ...(entries.length === document.outbox.length && { $unset: { pendingSince: 1 } }),
          },
        },
      })),
      { ordered: false },
    );
    if (result.matchedCount === batches.length) return;
    await updateEach(batches, ({ document, entries }) => removal(document, entries));
  };

  const updateEach = (batches: readonly Batch[], update: (batch: Batch) => object): Promise<unknown> =>
    model.bulkWrite(
      batches.map((batch) => ({ updateOne: { filter: { _id: batch.document._id }, update: update(batch) } })),
      { ordered: false },
    );

  const rest = async (ms: number): Promise<void> => {
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
    let lookAgainIn = LOOK_EVERY_MS.first;
    while (!isStopping()) {
      await rest(lookAgainIn);
      woken = false;
      lookAgainIn = Math.min(lookAgainIn * 2, LOOK_EVERY_MS.most);
      try {
        while (!isStopping() && (await pass())) lookAgainIn = LOOK_EVERY_MS.first;
        if (postponed.ids().length > 0) lookAgainIn = LOOK_EVERY_MS.first;
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
        while (Date.now() < giveUpAt && (await pass()));
      } catch (error) {
        log.info({ err: error }, 'events stay in the outbox until the next start');
      }
    },
  };
}

function publishOutcomeOf(error: unknown): string {
  if (error instanceof MessageRefused) return 'refused';
  return error instanceof PartitionAway ? 'partition_away' : 'unsent';
}

const isEngineAway = (error: unknown): boolean => error instanceof Unsent || isStoreUnavailable(error);

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

function headsOf(documents: readonly Pending[]): readonly Batch[] {
  let bytes = 0;
  return documents.map((document) => {
    const entries: OutboxEntry[] = [];
    for (const entry of document.outbox) {
      bytes += Buffer.byteLength(JSON.stringify(entry.event));
      if (bytes > BYTES_AT_ONCE && entries.length > 0) break;
      entries.push(entry);
    }
    return { document, entries };
  });
}

function unstoredCommands({ commands, answeredThrough }: Pending) {
  return commands.filter(({ revision }) => revision > answeredThrough);
}

const recordsStored = ({ revision }: Pending) => ({ $max: { answeredThrough: revision } });

function removal(document: Pending, entries: readonly OutboxEntry[]) {
  return {
    ...recordsStored(document),
    $pull: { outbox: { seq: { $lte: entries.at(-1)?.seq ?? 0 } } },
  };
}

function toMessage(
  { event, ...entry }: OutboxEntry,
  sign: EventSignatures['sign'],
  traceparent = entry.traceparent,
): OutgoingMessage {
  const record = { key: event.key, value: JSON.stringify(event) };
  return {
    ...record,
    headers: {
      'content-type': 'application/json',
      ...(traceparent && { traceparent }),
      ...(sign && { [SIGNATURE_HEADER]: sign(record) }),
    },
  };
}
