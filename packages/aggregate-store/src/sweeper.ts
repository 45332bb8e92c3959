import type { Log } from '@rentalbook/messaging';
import { setTimeout as delay } from 'node:timers/promises';
import type { AggregateModel } from './aggregate-document';

export interface SweeperOptions {
  readonly model: AggregateModel;
  readonly lapse: (key: string) => Promise<void>;
  readonly log: Log;
}

export interface Sweeper {
  start(): void;
  stop(): Promise<void>;
}

/** What is known to become due is waited for; the looks find what became due sooner, by a command somewhere else. */
const LOOK_EVERY_MS = 1_000;
const DOCUMENTS_AT_ONCE = 100;
const EPOCH = new Date(0);

/**
 * Lets lapse what is due, by the database's clock, so that it shows without anybody asking. Any number may run: each
 * lapse is one conditional write. One that comes late, or never, changes no decision.
 */
export function createSweeper({ model, lapse, log }: SweeperOptions): Sweeper {
  const stop = new AbortController();
  let loop: Promise<void> | undefined;

  /** What is due, and in how many milliseconds the next will be. */
  const look = async (): Promise<{ readonly due: readonly string[]; readonly nextInMs: number }> => {
    const earliest = await model.aggregate<{ _id: string; dueAt: Date; now: Date }>([
      { $match: { dueAt: { $gt: EPOCH } } },
      { $sort: { dueAt: 1 } },
      { $limit: DOCUMENTS_AT_ONCE },
      { $project: { dueAt: 1, now: '$$NOW' } },
    ]);
    const next = earliest.find(({ dueAt, now }) => dueAt > now);
    return {
      due: earliest.filter(({ dueAt, now }) => dueAt <= now).map(({ _id }) => _id),
      nextInMs: next === undefined ? Infinity : next.dueAt.getTime() - next.now.getTime(),
    };
  };

  /** Resolves to how long to rest afterwards, in milliseconds. A book whose turn fails holds up no other. */
  const sweep = async (): Promise<number> => {
    const { due, nextInMs } = await look();
    for (const key of due)
      await lapse(key).catch((error: unknown) => {
        log.warn({ err: error, key }, 'what is due of a book could not be settled; decisions treat it as lapsed');
      });
    return Math.min(LOOK_EVERY_MS, nextInMs);
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const pause = await sweep().catch((error: unknown) => {
        log.warn({ err: error }, 'what is due could not be looked up; decisions treat it as lapsed all the same');
        return LOOK_EVERY_MS;
      });
      await delay(pause, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };

  return {
    start() {
      loop ??= run();
    },
    async stop() {
      stop.abort();
      await loop;
    },
  };
}
