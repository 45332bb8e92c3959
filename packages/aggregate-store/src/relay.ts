import type { Log, OutgoingMessage, Publisher } from '@rentalbook/messaging';
import { trusted } from 'mongoose';
import { setTimeout as delay } from 'node:timers/promises';
import type { AggregateDocument, AggregateModel, OutboxEntry } from './aggregate-document';
import type { Projection } from './aggregate-store';
import type { Answers } from './answers';

export interface RelayOptions {
  readonly model: AggregateModel;
  readonly answers: Answers;
  readonly project: Projection;
  readonly publisher: Publisher;
  readonly topic: string;
  readonly log: Log;
}

export interface Relay {
  /** There may be something to send: look now instead of at the next interval. */
  wake(): void;
  start(): void;
  /** Sends what is pending, for at most `deadlineMs`, and ends. */
  stop(deadlineMs?: number): Promise<void>;
}

const LOOK_EVERY_MS = 200;
const BACK_OFF_MS = { first: 200, most: 5_000 };
const DOCUMENTS_AT_ONCE = 100;
/** Kafka takes 1 MB at once by default; the rest of an outbox goes with the next pass. */
const BYTES_AT_ONCE = 500_000;
const EPOCH = new Date(0);

/** What one document contributes to a pass: the head of its outbox, and whether that is all of it. */
interface Batch {
  readonly document: AggregateDocument;
  readonly entries: readonly OutboxEntry[];
}

/**
 * Brings committed events to Kafka, at least once and, for each document, in order: sending starts at the head of the
 * outbox and removal follows the acknowledgement. Any number of relays may run; the rest are repeats.
 */
export function createRelay(options: RelayOptions): Relay {
  const { model, answers, project, publisher, topic, log } = options;
  const stop = new AbortController();
  let wakeUp: (() => void) | undefined;
  let woken = false;
  let loop: Promise<void> | undefined;

  const pending = (): Promise<readonly AggregateDocument[]> =>
    model
      .find({ pendingSince: trusted({ $gt: EPOCH }) })
      .sort({ pendingSince: 1 })
      .limit(DOCUMENTS_AT_ONCE)
      .lean<AggregateDocument[]>();

  /** Returns whether there was anything to do. */
  const pass = async (): Promise<boolean> => {
    const documents = await pending();
    if (documents.length === 0) return false;
    const batches = headsOf(documents);
    const entries = batches.flatMap((batch) => batch.entries);
    if (entries.length > 0) {
      await project(entries.map(({ event }) => event));
      await publisher.publish(topic, entries.map(toMessage));
    }
    await Promise.all(documents.map((document) => answers.fillIn(document._id, unanswered(document))));
    await settle(batches);
    return true;
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
    await model.bulkWrite(
      batches.map(({ document, entries }) => ({
        updateOne: { filter: { _id: document._id }, update: removal(document, entries) },
      })),
      { ordered: false },
    );
  };

  const rest = async (): Promise<void> => {
    if (woken || stop.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wakeUp = undefined;
  };

  const run = async (): Promise<void> => {
    let backOff = BACK_OFF_MS.first;
    while (!stop.signal.aborted) {
      await rest();
      woken = false;
      try {
        while (!stop.signal.aborted && (await pass()));
        backOff = BACK_OFF_MS.first;
      } catch (error) {
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

function headsOf(documents: readonly AggregateDocument[]): readonly Batch[] {
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

function unanswered({ commands, answeredThrough }: AggregateDocument) {
  return commands.filter(({ revision }) => revision > answeredThrough);
}

function removal(document: AggregateDocument, entries: readonly OutboxEntry[]) {
  return {
    $max: { answeredThrough: document.revision },
    $pull: { outbox: { seq: { $lte: entries.at(-1)?.seq ?? 0 } } },
  };
}

function toMessage({ event, traceparent }: OutboxEntry): OutgoingMessage {
  return {
    key: event.key,
    value: JSON.stringify(event),
    headers: { 'content-type': 'application/json', ...(traceparent && { traceparent }) },
  };
}
