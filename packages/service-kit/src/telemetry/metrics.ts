import {
  allMetrics,
  OTHER,
  VERSION,
  type Description,
  type ExposedMetric,
  type Metrics,
  type MetricType,
  type ServiceName,
  type Timer,
} from '@rentalbook/observability/metrics';
import { sampledTraceIdOf } from '@rentalbook/tracing';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type OpenMetricsContentType } from 'prom-client';
import { StartupError, type Running } from '../process/lifecycle';
import type { Logger } from '../process/logger';

export { noopMetrics } from '@rentalbook/observability/metrics';
import { systemClock, timeLimit, type Clock } from '@rentalbook/timing';

/** The metrics of a service. */
export type ServiceMetrics = Metrics;
/** Observes how long the answer to a request took. */
export type AnswerTimer = Timer<'request_duration_seconds'>;

export interface MetricsEndpoint extends ServiceMetrics {
  /** Everything in the format of OpenMetrics. */
  text(): Promise<string>;
  /** Serves `/metrics` on a port of its own; without a port nothing is served. */
  serve(port: number | undefined, host: string): Promise<Running>;
}

type Labels = Readonly<Record<string, string>>;
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
/** A number that takes longer to read is left out: an engine that is silent must not silence the others. */
const READ_WITHIN_MS = 250;
/** A counter with at most this many time series exposes all of them from the start. */
const SERIES_FROM_THE_START = 12;

/**
 * Makes the metrics of the catalogue that the service exposes. A label value that the catalogue does not have is counted as
 * "other", so that no caller can make a time series. Alarms begin at 0: Prometheus sees no increase in a counter that appears at 1.
 */
export function createMetrics(
  service: ServiceName,
  logger: Logger,
  clock: Clock = systemClock,
  wallClock: () => number = Date.now,
): MetricsEndpoint {
  // Exemplars exist in the format of OpenMetrics alone, and prom-client renders a registry in one format.
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  registry.setDefaultLabels({ service });
  const made = {
    counter: new Map<string, Bounded & { readonly counter: Counter }>(),
    gauge: new Map<string, Bounded & { readonly reads: Reading[] }>(),
    histogram: new Map<string, Bounded & { readonly histogram: Histogram }>(),
  };

  const collect = async (gauge: Gauge, what: string, hasLabels: boolean): Promise<void> => {
    gauge.reset();
    // A gauge without labels is reset to 0, which is a number too.
    if (!hasLabels) gauge.remove();
    const set = async (reading: Reading): Promise<void> => {
      try {
        gauge.set(reading.labels, await readInTime(reading, clock));
      } catch (error) {
        logger.debug({ err: error, gauge: what }, 'a number could not be read');
      }
    };
    await Promise.all((made.gauge.get(what)?.reads ?? []).map(set));
  };
  const make = (metric: ExposedMetric): void => {
    const { what, name, help, labels, buckets = [] } = metric;
    const config = { name, help, labelNames: Object.keys(labels), registers: [registry] };
    const bounded = { bound: boundsOf(metric) };
    if (metric.type === 'counter')
      made.counter.set(what, { ...bounded, counter: startedAtZero(new Counter(config), metric) });
    if (metric.type === 'histogram') {
      const histogram = new Histogram({ ...config, buckets: [...buckets], enableExemplars: true });
      made.histogram.set(what, { ...bounded, histogram });
    }
    if (metric.type === 'gauge') {
      made.gauge.set(what, { ...bounded, reads: [] });
      new Gauge({
        ...config,
        collect() {
          return collect(this, what, config.labelNames.length > 0);
        },
      });
    }
  };
  for (const metric of allMetrics) if (metric.exposedBy.includes(service)) make(metric);
  /** Also makes a metric that the catalogue assigns to other services: exposed unexpectedly is better than lost. */
  const ensureMade = (type: MetricType, what: string): void => {
    if (made[type].has(what)) return;
    for (const metric of allMetrics) if (metric.type === type && metric.what === what) make(metric);
  };

  const metrics: ServiceMetrics = {
    count(what, labels, by = 1) {
      ensureMade('counter', what);
      const one = made.counter.get(what);
      one?.counter.inc(one.bound(labels), by);
    },
    gauge(what, read, ...[labels = {}]) {
      ensureMade('gauge', what);
      const one = made.gauge.get(what);
      one?.reads.push({ read, labels: one.bound(labels) });
    },
    observe(what, labels, value, traceparent) {
      ensureMade('histogram', what);
      const one = made.histogram.get(what);
      if (!one) return;
      const labelled = { labels: one.bound(labels), value };
      const traceId = sampledTraceIdOf(traceparent);
      one.histogram.observe(traceId === undefined ? labelled : { ...labelled, exemplarLabels: { trace_id: traceId } });
    },
    startTimer(what) {
      const startedAt = clock.now();
      return (labels, traceparent) => {
        metrics.observe(what, labels, (clock.now() - startedAt) / 1_000, traceparent);
      };
    },
    observeSince(what, labels, instant, traceparent) {
      const since = typeof instant === 'string' ? Date.parse(instant) : instant;
      metrics.observe(what, labels, Math.max(0, wallClock() - since) / 1_000, traceparent);
    },
  };
  metrics.gauge('build_info', () => 1, { version: VERSION });
  return { ...metrics, text: () => registry.metrics(), serve: (port, host) => serve(registry, logger, port, host) };
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

async function serve(
  registry: Registry<OpenMetricsContentType>,
  logger: Logger,
  port: number | undefined,
  host: string,
): Promise<Running> {
  if (port === undefined) return { stop: () => Promise.resolve() };
  collectDefaultMetrics({ register: registry });
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => {
        logger.error({ err: error }, 'the metrics could not be collected');
        response.writeHead(500).end();
      },
    );
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new StartupError(
      `Port ${String(port)} (METRICS_PORT) cannot be used: ${error instanceof Error ? error.message : String(error)}; choose another one.`,
    );
  });
  const address = server.address();
  logger.info({ port: typeof address === 'object' ? address?.port : port }, 'serving metrics');
  return {
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
