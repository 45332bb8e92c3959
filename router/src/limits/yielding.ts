import type { Clock } from '@rentalbook/timing';

/** After an operation of low priority its caller rests for so many times as long as it took, and for this long at most, in milliseconds. */
const REST_FACTOR = 19;
const REST_AT_MOST_MS = 2_000;
/** How long a caller who has rested waits at most for a moment without operations of others, in milliseconds. */
const GAP_WITHIN_MS = 100;
/** For how long others are taken to be there after their last operation ended, in milliseconds. */
const PRESENT_MS = 1_000;

export type Priority = 'normal' | 'low';

/**
 * When operations of low priority may begin while there are others: one at a time for each caller, a twentieth of the time
 * at most, and in gaps between the operations of normal priority as far as there are gaps. Without others there is no difference.
 */
export class Yielding {
  /** Operations of normal priority under way, by their caller. */
  private readonly normal = new Map<string, number>();
  private readonly normalEnded = new LastOfTwo();
  /** Until when callers of low priority rest, or since when they would begin. */
  private readonly restUntil = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Begins an operation; the function that it returns ends it. */
  begin(caller: string, priority: Priority): () => void {
    const beganAt = this.clock.now();
    if (priority === 'low')
      return () => {
        this.rest(caller, this.clock.now() - beganAt);
      };
    this.normal.set(caller, (this.normal.get(caller) ?? 0) + 1);
    return () => {
      const left = (this.normal.get(caller) ?? 0) - 1;
      if (left > 0) this.normal.set(caller, left);
      else this.normal.delete(caller);
      this.normalEnded.set(caller, this.clock.now());
    };
  }

  /** How long a caller of low priority waits at most before the next operation, in milliseconds; Infinity: until one ends. */
  waitMs(caller: string, active: number): number {
    const now = this.clock.now();
    const presentMs = this.othersPresentMs(caller);
    if (presentMs === 0 || active > 0) return presentMs;
    const until = this.restUntil.get(caller) ?? now;
    this.restUntil.set(caller, until);
    return Math.min(presentMs, Math.max(0, until - now + (presentMs === Infinity ? GAP_WITHIN_MS : 0)));
  }

  /** For how long others are taken to be there, in milliseconds; Infinity while an operation of theirs is under way. */
  othersPresentMs(caller: string): number {
    const areOthersActive = this.normal.size > Number(this.normal.has(caller));
    return areOthersActive ? Infinity : Math.max(0, this.normalEnded.ofOthers(caller) + PRESENT_MS - this.clock.now());
  }

  private rest(caller: string, tookMs: number): void {
    const now = this.clock.now();
    for (const [rested, until] of this.restUntil) if (until + PRESENT_MS <= now) this.restUntil.delete(rested);
    this.restUntil.set(caller, now + Math.min(REST_AT_MOST_MS, tookMs * REST_FACTOR));
  }
}

/** When something happened last, by any caller but one: what the last two different callers did is all that it takes. */
class LastOfTwo {
  private last = { caller: '', at: -Infinity };
  private other = { caller: '', at: -Infinity };

  set(caller: string, at: number): void {
    if (caller !== this.last.caller) this.other = this.last;
    this.last = { caller, at };
  }

  ofOthers(caller: string): number {
    return caller === this.last.caller ? this.other.at : this.last.at;
  }
}
