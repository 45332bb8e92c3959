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

const LOOK_EVERY_MS = 500;
const DOCUMENTS_AT_ONCE = 100;
const EPOCH = new Date(0);

/**
 * Lets lapse what is due, by the database's clock, so that it shows without anybody asking. Any number may run: each
 * lapse is one conditional write. One that comes late, or never, changes no decision.
 */
export function createSweeper({ model, lapse, log }: SweeperOptions): Sweeper {
  const stop = new AbortController();
  let loop: Promise<void> | undefined;

  const dueKeys = async (): Promise<readonly string[]> => {
    const earliest = await model.aggregate<{ _id: string; dueAt: Date; now: Date }>([
      { $match: { dueAt: { $gt: EPOCH } } },
      { $sort: { dueAt: 1 } },
      { $limit: DOCUMENTS_AT_ONCE },
      { $project: { dueAt: 1, now: '$$NOW' } },
    ]);
    return earliest.filter(({ dueAt, now }) => dueAt <= now).map(({ _id }) => _id);
  };

  /** A book whose turn fails holds up no other. */
  const sweep = async (): Promise<void> => {
    for (const key of await dueKeys())
      await lapse(key).catch((error: unknown) => {
        log.warn({ err: error, key }, 'what is due of a book could not be settled; decisions treat it as lapsed');
      });
  };

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await sweep().catch((error: unknown) => {
        log.warn({ err: error }, 'what is due could not be looked up; decisions treat it as lapsed all the same');
      });
      await delay(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
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
