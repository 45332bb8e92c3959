import type { Clock } from '@rentalbook/timing';

export interface RecentPoints {
  add(callerKey: string, points: number): void;
  /** What the caller spent lately and has not got back yet. */
  of(callerKey: string): number;
}

interface Level {
  readonly points: number;
  readonly at: number;
}

/** A leaky bucket for each caller: it holds `atMost` points, and loses `perSecond`. Callers whose bucket is empty are forgotten. */
export function createRecentPoints(limits: { perSecond: number; atMost: number }, clock: Clock): RecentPoints {
  /** The one whose level changed last is the last. */
  const levels = new Map<string, Level>();
  const now = ({ points, at }: Level): number => Math.max(0, points - ((clock.now() - at) / 1_000) * limits.perSecond);
  const forgetEmpty = (): void => {
    for (const [callerKey, level] of levels) {
      if (now(level) > 0) return;
      levels.delete(callerKey);
    }
  };
  const of = (callerKey: string): number => {
    const level = levels.get(callerKey);
    return level ? now(level) : 0;
  };
  return {
    of,
    add(callerKey, points) {
      const level = { points: Math.min(limits.atMost, of(callerKey) + points), at: clock.now() };
      levels.delete(callerKey);
      levels.set(callerKey, level);
      forgetEmpty();
    },
  };
}
