import type { GraphQLError } from 'graphql';
import { clientGone } from './client-gone';
import { overloaded } from './overloaded';
import { refuseInPace, type RefusalPace } from './refusal-pace';
import { Turns, type TurnsOptions } from './turns';
import type { Waiter, WaitingLine } from './waiting-line';

export type UnservedKind = 'queue_full' | 'queue_time' | 'abandoned';

export interface FairQueueOptions extends TurnsOptions {
  /** Operations of one caller, and of all, that may wait. */
  readonly waitingPerCaller: number;
  readonly waitingAtMost: number;
  /** Those of a caller of low priority while others are there. */
  readonly waitingOfLowPriority: number;
  /** Longest wait, in milliseconds. */
  readonly waitMs: number;
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
 * Gives each caller a share: what one sends beyond its own turns waits in its own line for the next of its {@link Turns}. A
 * caller whose line is full or waits too long is refused with OVERLOADED; the others do not notice.
 */
export function createFairQueue(options: FairQueueOptions): FairQueue {
  const { clock } = options;
  let waiting = 0;
  let cancelRetry: (() => void) | undefined;

  /** Begins as many turns as there is room for, and comes back when a caller of low priority has waited long enough. */
  const admitWaiting = (): void => {
    cancelRetry?.();
    cancelRetry = undefined;
    while (turns.hasRoom && waiting > 0) {
      const { line, retryMs } = turns.next();
      if (!line) {
        if (retryMs !== Infinity) cancelRetry = clock.after(retryMs, admitWaiting);
        return;
      }
      line.first?.admit();
    }
  };
  const turns = new Turns(options, admitWaiting);
  /** Rejects with the reason: a refusal in its caller's pace, so that those of a long line do not come back in one wave. */
  const unserved = async (caller: string, kind: UnservedKind): Promise<never> => {
    options.onUnserved(kind);
    if (kind === 'abandoned') throw clientGone();
    return refuseInPace(options.pace, caller, tooMany());
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
        turns.forgetIdle(caller, line);
        unserved(caller, kind).catch(reject);
      };
      const abandon = (): void => {
        giveUp('abandoned');
      };
      const waiter: Waiter = {
        since: clock.now(),
        admit() {
          leave();
          resolve(turns.begin(caller, line, waiter.since));
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
      const line = turns.lineOf(caller);
      if (turns.mayBegin(caller, line)) return Promise.resolve(turns.begin(caller, line, clock.now()));
      if (line.length < options.waitingPerCaller && waiting < options.waitingAtMost) return wait(caller, line, gone);
      turns.forgetIdle(caller, line);
      return unserved(caller, 'queue_full');
    },
    refusal(caller) {
      const line = turns.knownLine(caller);
      if (!line) return undefined;
      if (line.length >= options.waitingOfLowPriority && turns.isYielding(caller, line)) return tooMany();
      if (!line.isLate(clock.now())) return undefined;
      // Only now, for it costs as much as there are callers.
      const longest = Math.max(...turns.all().map(({ length }) => length));
      return line.length * 2 < longest ? undefined : tooMany();
    },
    waiting: () => waiting,
    oldestWaitMs() {
      const now = clock.now();
      return Math.max(0, ...turns.all().map(({ first }) => (first ? now - first.since : 0)));
    },
  };
}

const tooMany = (): GraphQLError => overloaded('TOO_MANY_UNDER_WAY', 1);
