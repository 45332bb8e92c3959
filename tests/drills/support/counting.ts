import { AnsweredWithErrors } from '@rentalbook/test-kit';
import { bar, faultsIn } from './drill';

/** What came of all requests so far. A request is good when it was answered without `errors` and without a refusal. */
export interface Tally {
  readonly requests: number;
  readonly failed: number;
  /** The reasons of those that failed, the most frequent first, in one line. */
  readonly reasons: string;
  /** Of all, with two digits; 100.00 only when all were good: it is never rounded up to. */
  readonly goodPercent: string;
  /** Milliseconds that all but one of a hundred answers took at most. */
  readonly p99: number;
}

export interface Counting {
  /** Resolves to the answer, or to undefined when there was none, which is counted. */
  of<Answer>(request: () => Promise<Answer>): Promise<Answer | undefined>;
  tally(): Tally;
}

export function startCounting(): Counting {
  const tookMs: number[] = [];
  const reasons = new Map<string, number>();
  return {
    async of(request) {
      const startedAt = performance.now();
      try {
        return await request();
      } catch (error) {
        const reason = reasonOf(error);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        return undefined;
      } finally {
        tookMs.push(performance.now() - startedAt);
      }
    },
    tally() {
      const requests = tookMs.length;
      const failed = [...reasons.values()].reduce((sum, times) => sum + times, 0);
      const sorted = [...tookMs].sort((one, other) => one - other);
      return {
        requests,
        failed,
        reasons: [...reasons]
          .sort(([, one], [, other]) => other - one)
          .map(([reason, times]) => `${reason} ×${String(times)}`)
          .join(', '),
        goodPercent: failed === 0 ? '100.00' : Math.min((100 * (requests - failed)) / requests, 99.99).toFixed(2),
        p99: Math.round(sorted[Math.floor(requests * 0.99)] ?? 0),
      };
    },
  };
}

/** The bar of everything that must not be noticed from outside. */
export function allGood({ requests, failed, goodPercent, reasons }: Tally): void {
  bar(failed === 0, `${goodPercent} % of ${String(requests)} requests were good: ${reasons}`);
}

function reasonOf(error: unknown): string {
  if (error instanceof AnsweredWithErrors) return faultsIn(error);
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : error.message;
}
