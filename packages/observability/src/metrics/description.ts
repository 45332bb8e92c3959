import type { ServiceName } from './label-values';

/** What operators know of a metric before they see a number of it. */
export interface Description {
  /** One sentence, for `# HELP` and docs/metrics.md. */
  readonly help: string;
  readonly unit: 'seconds' | 'bytes' | 'count';
  /** Each label with all of its values; a value that is not among them becomes "other". */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly exposedBy: readonly ServiceName[];
  /** Set where any growth, or any value above 0, needs an operator. */
  readonly alarm?: true;
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}

export type MetricType = 'counter' | 'gauge' | 'histogram';
