import type { Log } from '@rentalbook/messaging';
import { createPoller, type Clock, type Poller } from '@rentalbook/timing';
import type { AggregateModel } from '../aggregate/aggregate-document';

export interface DeadlineSchedulerOptions {
  readonly model: AggregateModel;
  readonly expire: (key: string) => Promise<void>;
  readonly log: Log;
  readonly clock?: Clock;
}

export type DeadlineScheduler = Pick<Poller, 'start' | 'stop'>;

/** Waits until the next known deadline; also polls at this interval for deadlines that other replicas set. */
const POLL_EVERY_MS = 1_000;
const DOCUMENTS_AT_ONCE = 100;
const EXPIRED_AT_ONCE = 8;
const EPOCH = new Date(0);

/**
 * Expires what is due, by the database's clock, so that it is visible without a request. Any number of schedulers may run:
 * each expiry is one conditional write. An expiry that is written late, or never, changes no decision.
 */
export function createDeadlineScheduler({
  model,
  expire,
  log,
  ...timing
}: DeadlineSchedulerOptions): DeadlineScheduler {
  /** The keys that are due, and in how many milliseconds the next deadline is; Infinity for none. */
  const findDue = async (): Promise<{ readonly due: readonly string[]; readonly nextInMs: number }> => {
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

  /** A few at once, for a key with a full outbox waits for its relay; a key that fails does not hold up the others. */
  const expireAll = async (due: readonly string[], stopping: AbortSignal): Promise<void> => {
    const left = due.values();
    const expireNext = async (): Promise<void> => {
      for (const key of left) {
        await expire(key).catch((error: unknown) => {
          log.warn({ err: error, key }, 'an expiry could not be written; decisions treat it as expired');
        });
        if (stopping.aborted) return;
      }
    };
    await Promise.all(Array.from({ length: EXPIRED_AT_ONCE }, expireNext));
  };

  /** Resolves to the pause until the next poll, in milliseconds. */
  const expireDue = async (stopping: AbortSignal): Promise<number> => {
    const { due, nextInMs } = await findDue();
    if (!stopping.aborted) await expireAll(due, stopping);
    return Math.min(POLL_EVERY_MS, nextInMs);
  };

  const poll = (stopping: AbortSignal): Promise<number> =>
    expireDue(stopping).catch((error: unknown) => {
      log.warn({ err: error }, 'the deadlines could not be read; decisions treat what is due as expired');
      return POLL_EVERY_MS;
    });
  return createPoller(poll, timing);
}
