export interface Waiter {
  /** Since when it waits, in milliseconds of the queue's clock. */
  readonly since: number;
  readonly admit: () => void;
}

/**
 * The requests of one caller: how many have their turn, which ones wait, and whether the wait is a burst that passes or stands.
 * As in CoDel (RFC 8289), the delay decides and not the length: a line is late when its oldest request has waited longer than
 * the target, and no turn has begun in time for an interval.
 */
export class WaitingLine {
  active = 0;
  private readonly waiters = new Set<Waiter>();
  /** Since when turns have begun late; undefined after one that began in time, and in a line that was empty. */
  private lateSince: number | undefined;

  constructor(private readonly limits: { readonly targetMs: number; readonly intervalMs: number }) {}

  get length(): number {
    return this.waiters.size;
  }

  get first(): Waiter | undefined {
    const [first] = this.waiters;
    return first;
  }

  add(waiter: Waiter): void {
    if (this.length === 0) this.lateSince = undefined;
    this.waiters.add(waiter);
  }

  remove(waiter: Waiter): void {
    this.waiters.delete(waiter);
  }

  /** Begins a turn of a request that has waited since then. */
  begin(since: number, now: number): void {
    this.active += 1;
    const lateAt = since + this.limits.targetMs;
    this.lateSince = now < lateAt ? undefined : (this.lateSince ?? lateAt);
  }

  isLate(now: number): boolean {
    if (!this.first) return false;
    const lateAt = this.first.since + this.limits.targetMs;
    return now >= lateAt && now - (this.lateSince ?? lateAt) >= this.limits.intervalMs;
  }
}
