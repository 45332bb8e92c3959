import type { Clock } from '@rentalbook/service-kit';
import { overloaded } from './overloaded';

export interface FairQueueOptions {
  /** Operations at once, of all callers. */
  readonly capacity: number;
  /** Operations at once of one caller. */
  readonly perCaller: number;
  /** Operations of one caller, and of all, that may wait. */
  readonly waitingPerCaller: number;
  readonly waitingAtMost: number;
  /** Longest wait, in milliseconds. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly onRefused: (kind: 'queue_full' | 'queue_time') => void;
}

interface Line {
  active: number;
  readonly waiting: Set<() => void>;
}

/** Resolves once it is the caller's turn, to a function that ends the turn. */
export type EnterQueue = (caller: string) => Promise<() => void>;

/**
 * Gives each caller a share: what one sends beyond its own turns waits in its own line, and the next turn is that of the caller
 * who has the fewest; among equals, of the one whose last turn began first. A caller whose line is full or waits too long is
 * refused with OVERLOADED; the others do not notice.
 */
export function createFairQueue(options: FairQueueOptions): EnterQueue {
  const { capacity, perCaller, clock } = options;
  /** In the order of turns: a caller whose turn begins moves to the end. */
  const lines = new Map<string, Line>();
  let active = 0;
  let waiting = 0;

  const begin = (caller: string, line: Line): (() => void) => {
    line.active += 1;
    active += 1;
    lines.delete(caller);
    lines.set(caller, line);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      line.active -= 1;
      active -= 1;
      forgetIdle(caller, line);
      admitNext();
    };
  };
  const forgetIdle = (caller: string, line: Line): void => {
    if (line.active === 0 && line.waiting.size === 0) lines.delete(caller);
  };
  const admitNext = (): void => {
    if (active >= capacity) return;
    let next: Line | undefined;
    for (const line of lines.values())
      if (line.waiting.size > 0 && line.active < Math.min(perCaller, next?.active ?? Infinity)) next = line;
    const [admit] = next?.waiting ?? [];
    admit?.();
  };
  const refuse = (kind: 'queue_full' | 'queue_time'): Error => {
    options.onRefused(kind);
    return overloaded('You have too many requests under way', 1);
  };

  return (caller) => {
    const line = lines.get(caller) ?? { active: 0, waiting: new Set<() => void>() };
    lines.set(caller, line);
    if (active < capacity && line.active < perCaller) return Promise.resolve(begin(caller, line));
    if (line.waiting.size >= options.waitingPerCaller || waiting >= options.waitingAtMost) {
      forgetIdle(caller, line);
      return Promise.reject(refuse('queue_full'));
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        line.waiting.delete(admit);
        waiting -= 1;
        cancel();
      };
      const admit = (): void => {
        leave();
        resolve(begin(caller, line));
      };
      const cancel = clock.after(options.waitMs, () => {
        leave();
        forgetIdle(caller, line);
        reject(refuse('queue_time'));
      });
      waiting += 1;
      line.waiting.add(admit);
    });
  };
}
