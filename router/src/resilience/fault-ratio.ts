import type { Clock } from '@rentalbook/timing';
import { CircuitState, type IBreaker } from 'cockatiel';

const BUCKET_MS = 1_000;
const BUCKETS = 5;

interface Bucket {
  readonly startedAt: number;
  calls: number;
  faults: number;
}

/**
 * Opens the circuit once more than half of the calls within five seconds were faults, and at least so many. Cockatiel's own
 * SamplingBreaker decides the same by Date.now(), which can be set back.
 */
export class FaultRatio implements IBreaker {
  private buckets: readonly Bucket[] = [];

  constructor(
    private readonly faultsToOpen: number,
    private readonly clock: Clock,
  ) {}

  /** The counts: restored when cockatiel creates a new breaker. */
  get state(): unknown {
    return this.buckets;
  }
  set state(counted: unknown) {
    this.buckets = Array.isArray(counted) ? (counted as Bucket[]) : [];
  }

  success(state: CircuitState): void {
    if (state === CircuitState.HalfOpen) this.buckets = [];
    this.currentBucket().calls += 1;
  }

  failure(state: CircuitState): boolean {
    const bucket = this.currentBucket();
    bucket.calls += 1;
    bucket.faults += 1;
    if (state !== CircuitState.Closed) return true;
    const sum = (key: 'calls' | 'faults'): number => this.buckets.reduce((total, one) => total + one[key], 0);
    const faults = sum('faults');
    return faults >= this.faultsToOpen && faults * 2 > sum('calls');
  }

  private currentBucket(): Bucket {
    const now = this.clock.now();
    this.buckets = this.buckets.filter(({ startedAt }) => now - startedAt < BUCKET_MS * BUCKETS);
    const newest = this.buckets.at(-1);
    if (newest && now - newest.startedAt < BUCKET_MS) return newest;
    const bucket = { startedAt: now, calls: 0, faults: 0 };
    this.buckets = [...this.buckets, bucket];
    return bucket;
  }
}
