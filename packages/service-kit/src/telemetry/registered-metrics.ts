import {
  allMetrics,
  OTHER,
  type Description,
  type ExposedMetric,
  type MetricType,
  type ServiceName,
} from '@rentalbook/observability/metrics';
import { timeLimit, type Clock } from '@rentalbook/timing';
import { Counter, Gauge, Histogram, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { Logger } from '../process/logger';

export type Labels = Readonly<Record<string, string>>;
interface Bounded {
  /** The labels with "other" for each value that the catalogue does not have. */
  readonly bound: (labels: Labels) => Labels;
}
type Read = () => Promise<number> | number;
interface Reading {
  readonly read: Read;
  readonly labels: Labels;
  /** The read that is under way: an engine that does not answer is asked once. */
  pending?: Promise<number> | undefined;
}
/** By the values of the labels, so that each time series has one. */
type Readings = Map<string, Reading>;
/** A number that takes longer to read is left out: an engine that is silent must not silence the others. */
const READ_WITHIN_MS = 250;
/** A counter with at most this many time series exposes all of them from the start. */
const SERIES_FROM_THE_START = 12;

/**
 * The metrics of the catalogue that a service exposes, in a registry of prom-client. One that the catalogue assigns to other services is
 * made when it is asked for: exposed unexpectedly is better than lost.
 */
export class RegisteredMetrics {
  private readonly made = {
    counter: new Map<string, Bounded & { readonly counter: Counter }>(),
    gauge: new Map<string, Bounded & { readonly reads: Readings }>(),
    histogram: new Map<string, Bounded & { readonly histogram: Histogram }>(),
  };

  constructor(
    private readonly registry: Registry<OpenMetricsContentType>,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  makeAllOf(service: ServiceName): void {
    for (const metric of allMetrics) if (metric.exposedBy.includes(service)) this.make(metric);
  }

  counter(what: string) {
    this.ensureMade('counter', what);
    return this.made.counter.get(what);
  }

  /** Reads a gauge at each scrape, instead of what was registered before with equal labels. */
  readGauge(what: string, read: Read, given: Labels): void {
    this.ensureMade('gauge', what);
    const one = this.made.gauge.get(what);
    if (!one) return;
    const labels = one.bound(given);
    const series = JSON.stringify(Object.entries(labels).sort(([name], [other]) => (name < other ? -1 : 1)));
    one.reads.set(series, { read, labels });
  }

  histogram(what: string) {
    this.ensureMade('histogram', what);
    return this.made.histogram.get(what);
  }

  private ensureMade(type: MetricType, what: string): void {
    if (this.made[type].has(what)) return;
    for (const metric of allMetrics) if (metric.type === type && metric.what === what) this.make(metric);
  }

  private make(metric: ExposedMetric): void {
    const { what, name, help, labels, buckets = [] } = metric;
    const config = { name, help, labelNames: Object.keys(labels), registers: [this.registry] };
    const bounded = { bound: boundsOf(metric) };
    if (metric.type === 'counter')
      this.made.counter.set(what, { ...bounded, counter: startedAtZero(new Counter(config), metric) });
    if (metric.type === 'histogram') {
      const histogram = new Histogram({ ...config, buckets: [...buckets], enableExemplars: true });
      this.made.histogram.set(what, { ...bounded, histogram });
    }
    if (metric.type === 'gauge') {
      const reads: Readings = new Map();
      const readInto = (gauge: Gauge): Promise<void> => this.readInto(gauge, what, [...reads.values()]);
      this.made.gauge.set(what, { ...bounded, reads });
      new Gauge({
        ...config,
        collect() {
          this.reset();
          // A gauge without labels is reset to 0, which is a number too.
          if (config.labelNames.length === 0) this.remove();
          return readInto(this);
        },
      });
    }
  }

  private async readInto(gauge: Gauge, what: string, reads: readonly Reading[]): Promise<void> {
    const set = async (reading: Reading): Promise<void> => {
      try {
        gauge.set(reading.labels, await readInTime(reading, this.clock));
      } catch (error) {
        this.logger.debug({ err: error, gauge: what }, 'a number could not be read');
      }
    };
    await Promise.all(reads.map(set));
  }
}

/** Rejects when the number takes too long; the read goes on, and its number is for a later call. */
async function readInTime(reading: Reading, clock: Clock): Promise<number> {
  reading.pending ??= Promise.resolve(reading.read()).finally(() => {
    reading.pending = undefined;
  });
  const limit = timeLimit(clock, READ_WITHIN_MS);
  const over = new Promise<never>((_resolve, reject) => {
    limit.signal.addEventListener('abort', () => {
      reject(limit.signal.reason as Error);
    });
  });
  try {
    return await Promise.race([reading.pending, over]);
  } finally {
    limit.clear();
  }
}

function boundsOf({ labels }: Pick<Description, 'labels'>): Bounded['bound'] {
  const known = Object.entries(labels).map(([label, values]) => ({ label, values: new Set(values) }));
  const isOutside = (given: Labels): boolean => {
    // Called for each number that is counted: a loop makes no array.
    for (const { label, values } of known) if (!values.has(given[label] ?? '')) return true;
    return false;
  };
  return (given) => {
    if (!isOutside(given)) return given;
    return Object.fromEntries(
      known.map(({ label, values }) => {
        const value = given[label] ?? OTHER;
        return [label, values.has(value) ? value : OTHER];
      }),
    );
  };
}

function startedAtZero(counter: Counter, { labels }: Pick<Description, 'labels'>): Counter {
  const sets = Object.entries(labels).reduce<Labels[]>(
    (before, [label, values]) => before.flatMap((set) => values.map((value) => ({ ...set, [label]: value }))),
    [{}],
  );
  if (sets.length <= SERIES_FROM_THE_START) for (const set of sets) counter.inc(set, 0);
  return counter;
}
