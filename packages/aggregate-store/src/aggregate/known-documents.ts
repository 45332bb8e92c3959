import { systemClock } from '@rentalbook/timing';
import { createLocalOutboxes, type LocalOutboxes } from '../outbox/local-outboxes';
import type { Loaded } from './document-change';

/** When a document was loaded: the database's time, and those of {@link Timing}. */
export interface LoadedAt {
  readonly database: Date;
  readonly own: number;
  readonly wall: number;
}

export interface KnownDocument<State> {
  readonly before: Loaded<State>;
  readonly loadedAt: LoadedAt;
}

export interface KnownDocuments<State> extends LocalOutboxes {
  /** The document that this process wrote last, with the database's time of now; undefined where it is to be loaded. */
  get(key: string): KnownDocument<State> | undefined;
  /** A document that was loaded just now. */
  loaded(before: Loaded<State>): KnownDocument<State>;
  /** Keeps a document as it was written; returns it without what was sent meanwhile. */
  keep(written: Loaded<State>, loadedAt: LoadedAt): Loaded<State>;
}

/** Milliseconds of two clocks: one that only runs, and the machine's, which may be set and goes on while the machine sleeps. */
export interface Timing {
  now(): number;
  wall(): number;
}

/** A document is loaded again after so long: the database's time is derived for no longer. */
const KNOWN_FOR_MS = 1_000;
const KNOWN_AT_MOST = 256;
/** So far the two clocks may have moved apart before the derived time counts as wrong. */
const CLOCKS_APART_MS = 50;

interface Known<State> {
  readonly document: Loaded<State>;
  readonly loadedAt: LoadedAt;
}

/**
 * The documents that this process has just written. A decision from one of them has to be written on condition of its revision,
 * which proves that no other process has changed it; a decision without a write proves nothing, and has to be made again
 * from a document that was loaded.
 */
export function createKnownDocuments<State>(
  timing: Timing = { now: systemClock.now, wall: () => Date.now() },
): KnownDocuments<State> {
  const known = new Map<string, Known<State>>();
  const outboxes = createLocalOutboxes();
  const ageOf = ({ own }: LoadedAt): number => timing.now() - own;

  const isUsable = (loadedAt: LoadedAt): boolean => {
    const age = ageOf(loadedAt);
    return age <= KNOWN_FOR_MS && Math.abs(timing.wall() - loadedAt.wall - age) <= CLOCKS_APART_MS;
  };

  /** Those written first are first. */
  const dropOld = (): void => {
    for (const [key, { loadedAt }] of known) {
      if (known.size <= KNOWN_AT_MOST && ageOf(loadedAt) <= KNOWN_FOR_MS) return;
      known.delete(key);
    }
  };

  return {
    get(key) {
      const found = known.get(key);
      if (!found || !isUsable(found.loadedAt)) return undefined;
      const { document, loadedAt } = found;
      return { before: { ...document, now: new Date(loadedAt.database.getTime() + ageOf(loadedAt)) }, loadedAt };
    },

    loaded: (before) => ({
      before,
      loadedAt: { database: before.now, own: timing.now(), wall: timing.wall() },
    }),

    keep(written, loadedAt) {
      const document = outboxes.unsentOf(written);
      known.delete(document._id);
      known.set(document._id, { document, loadedAt });
      dropOld();
      if (!document.unsendable) outboxes.add(document);
      return document;
    },

    whenWaiting: outboxes.whenWaiting,
    take: outboxes.take,

    acknowledged({ _id, revision }, sequence) {
      if (sequence !== undefined) outboxes.sent(_id, sequence);
      const found = known.get(_id);
      if (!found) return;
      const { pendingSince, ...document } = outboxes.unsentOf(found.document);
      const hasWork = document.outbox.length > 0 || document.revision > revision;
      known.set(_id, {
        ...found,
        document: {
          ...document,
          ...(hasWork && pendingSince && { pendingSince }),
          answeredThrough: Math.max(document.answeredThrough, revision),
        },
      });
    },

    forget(key) {
      known.delete(key);
      outboxes.forget(key);
    },
  };
}
