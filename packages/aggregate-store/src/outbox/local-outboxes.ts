import { LRUCache } from 'lru-cache';
import type { OutboxEntry } from '../aggregate/aggregate-document';
import { unstoredCommands, type PendingOutbox } from './outbox-batch';

/** The outboxes that this process has written and not yet published, for its relay. */
export interface LocalOutboxes {
  /** Calls back whenever one waits, until the function that is returned is called. */
  whenWaiting(callback: () => void): () => void;
  /** Takes at most so many that wait, but those of `excluded` keys; the oldest first. */
  take(most: number, excluded: readonly string[]): readonly PendingOutbox[];
  /** Kafka has acknowledged the events of a document up to this number, if any, and the database has removed them. */
  acknowledged(document: Pick<PendingOutbox, '_id' | 'revision'>, sequence: number | undefined): void;
  /** The document was changed without a new revision, or its outbox may not be sent. */
  forget(key: string): void;
}

const WAITING_AT_MOST = 1_000;
const SENT_AT_MOST = 10_000;

/** The outboxes of written documents, without the events that this process has sent. */
export function createLocalOutboxes() {
  const waiting = new Map<string, PendingOutbox>();
  const sent = new LRUCache<string, number>({ max: SENT_AT_MOST });
  const listeners = new Set<() => void>();

  const unsentOf = <Document extends { readonly _id: string; readonly outbox: readonly OutboxEntry[] }>(
    document: Document,
  ): Document => {
    const upTo = sent.get(document._id) ?? 0;
    const outbox = document.outbox.filter(({ seq }) => seq > upTo);
    return outbox.length === document.outbox.length ? document : { ...document, outbox };
  };

  return {
    unsentOf,

    /** A document waits, if it has something to publish. */
    add(document: PendingOutbox): void {
      if (!isPending(document)) return;
      waiting.delete(document._id);
      // Beyond this number the relay finds them in the database.
      if (waiting.size < WAITING_AT_MOST) waiting.set(document._id, document);
      for (const notify of listeners) notify();
    },

    whenWaiting(callback: () => void): () => void {
      listeners.add(callback);
      return () => {
        listeners.delete(callback);
      };
    },

    take(most: number, excluded: readonly string[]): readonly PendingOutbox[] {
      const taken: PendingOutbox[] = [];
      for (const [key, document] of waiting) {
        if (taken.length >= most) break;
        waiting.delete(key);
        const unsent = unsentOf(document);
        if (!excluded.includes(key) && isPending(unsent)) taken.push(unsent);
      }
      return taken;
    },

    sent(key: string, sequence: number): void {
      sent.set(key, sequence);
    },

    forget(key: string): void {
      waiting.delete(key);
    },
  };
}

/** Whether there are events to publish, or results to keep in their idempotency records. */
const isPending = (document: PendingOutbox): boolean =>
  document.outbox.length > 0 || unstoredCommands(document).some(({ hash }) => hash !== undefined);
