import type { Clock } from '@rentalbook/timing';
import type { GraphQLError } from 'graphql';
import { clientGone } from './client-gone';
import { overloaded } from './overloaded';
import type { RefusalPace } from './refusal-pace';
import { WaitingLine, type Waiter } from './waiting-line';
import { Yielding, type Priority } from './yielding';

export type UnservedKind = 'queue_full' | 'queue_time' | 'abandoned';

export interface FairQueueOptions {
  /** Operations at once, of all callers. */
  readonly capacity: number;
  /** Operations at once of one caller. */
  readonly perCaller: number;
  /** Operations of one caller, and of all, that may wait. */
  readonly waitingPerCaller: number;
  readonly waitingAtMost: number;
  /** Those of a caller of low priority while others are there. */
  readonly waitingOfLowPriority: number;
  /** Longest wait, in milliseconds. */
  readonly waitMs: number;
  /** A line whose oldest request waits longer than the target, for longer than the interval, is shed; in milliseconds. */
  readonly targetMs: number;
  readonly intervalMs: number;
  /** The priority of a caller who has so many operations under way or waiting. */
  readonly priorityOf: (caller: string, present: number) => Priority;
  readonly clock: Clock;
  /** When a request that is refused for its line is answered. */
  readonly pace: RefusalPace;
  readonly onUnserved: (kind: UnservedKind) => void;
}

export interface FairQueue {
  /**
   * Resolves once it is the caller's turn, to a function that ends the turn. Rejects with OVERLOADED when the caller's line is
   * full or the wait too long, and when the client is gone before its turn.
   */
  enter(caller: string, gone: AbortSignal): Promise<() => void>;
  /** OVERLOADED for a caller whose line has been late for too long, and is among the longest; or is too long for a low priority. */
  refusal(caller: string): GraphQLError | undefined;
  /** How many requests wait. */
  waiting(): number;
  /** For how long the oldest of them has waited, in milliseconds. */
  oldestWaitMs(): number;
}

/**
 * Gives each caller a share: what one sends beyond its own turns waits in its own line, and the next turn is that of the caller
 * who has the fewest; among equals, of the one whose last turn began first. A caller of low priority yields to the others. A
 * caller whose line is full or waits too long is refused with OVERLOADED; the others do not notice.
 */
export function createFairQueue(options: FairQueueOptions): FairQueue {
  const { capacity, perCaller, clock } = options;
  /** In the order of turns: a caller whose turn begins moves to the end. */
  const lines = new Map<string, WaitingLine>();
  const yielding = new Yielding(clock);
  let active = 0;
  let waiting = 0;
  let cancelRetry: (() => void) | undefined;

  const priorityOf = (caller: string, line: WaitingLine): Priority =>
    options.priorityOf(caller, line.active + line.length);
  const begin = (caller: string, line: WaitingLine, since: number): (() => void) => {
    const priority = priorityOf(caller, line);
    const end = yielding.begin(caller, priority);
    line.begin(since, clock.now());
    active += 1;
    lines.delete(caller);
    lines.set(caller, line);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      line.active -= 1;
      active -= 1;
      end();
      forgetIdle(caller, line);
      admitWaiting();
    };
  };
  const forgetIdle = (caller: string, line: WaitingLine): void => {
    if (line.active === 0 && line.length === 0) lines.delete(caller);
  };
  /** How long the caller has to wait at most before the next turn; 0 when it may begin, and Infinity when others have to end first. */
  const yieldsMs = (caller: string, line: WaitingLine): number => {
    if (line.active >= perCaller) return Infinity;
    return priorityOf(caller, line) === 'low' ? yielding.waitMs(caller, line.active) : 0;
  };
  const isYielding = (caller: string, line: WaitingLine): boolean =>
    priorityOf(caller, line) === 'low' && yielding.othersPresentMs(caller) > 0;
  /** Begins as many turns as there is room for, and comes back when a caller of low priority has waited long enough. */
  const admitWaiting = (): void => {
    cancelRetry?.();
    cancelRetry = undefined;
    while (active < capacity && waiting > 0) {
      let next: WaitingLine | undefined;
      let retryMs = Infinity;
      for (const [caller, line] of lines) {
        if (line.length === 0) continue;
        const waitMs = yieldsMs(caller, line);
        retryMs = Math.min(retryMs, waitMs);
        if (waitMs === 0 && line.active < (next?.active ?? Infinity)) next = line;
      }
      if (!next) {
        if (retryMs !== Infinity) cancelRetry = clock.after(retryMs, admitWaiting);
        return;
      }
      next.first?.admit();
    }
  };
  /** Rejects with the reason: a refusal in its caller's pace, so that those of a long line do not come back in one wave. */
  const unserved = async (caller: string, kind: UnservedKind): Promise<never> => {
    options.onUnserved(kind);
    if (kind === 'abandoned') throw clientGone();
    await options.pace(caller);
    throw tooMany();
  };
  const wait = (caller: string, line: WaitingLine, gone: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        line.remove(waiter);
        waiting -= 1;
        cancel();
        gone.removeEventListener('abort', abandon);
      };
      const giveUp = (kind: UnservedKind): void => {
        leave();
        forgetIdle(caller, line);
        unserved(caller, kind).catch(reject);
      };
      const abandon = (): void => {
        giveUp('abandoned');
      };
      const waiter: Waiter = {
        since: clock.now(),
        admit() {
          leave();
          resolve(begin(caller, line, waiter.since));
        },
      };
      const cancel = clock.after(options.waitMs, () => {
        giveUp('queue_time');
      });
      gone.addEventListener('abort', abandon);
      waiting += 1;
      line.add(waiter);
      admitWaiting();
    });

  return {
    enter(caller, gone) {
      if (gone.aborted) return unserved(caller, 'abandoned');
      const line = lines.get(caller) ?? new WaitingLine(options);
      lines.set(caller, line);
      if (active < capacity && line.length === 0 && yieldsMs(caller, line) === 0)
        return Promise.resolve(begin(caller, line, clock.now()));
      if (line.length < options.waitingPerCaller && waiting < options.waitingAtMost) return wait(caller, line, gone);
      forgetIdle(caller, line);
      return unserved(caller, 'queue_full');
    },
    refusal(caller) {
      const line = lines.get(caller);
      if (!line) return undefined;
      if (line.length >= options.waitingOfLowPriority && isYielding(caller, line)) return tooMany();
      if (!line.isLate(clock.now())) return undefined;
      // Only now, for it costs as much as there are callers.
      const longest = Math.max(...[...lines.values()].map(({ length }) => length));
      return line.length * 2 < longest ? undefined : tooMany();
    },
    waiting: () => waiting,
    oldestWaitMs() {
      const now = clock.now();
      return Math.max(0, ...[...lines.values()].map(({ first }) => (first ? now - first.since : 0)));
    },
  };
}

const tooMany = (): GraphQLError => overloaded('TOO_MANY_UNDER_WAY', 1);
