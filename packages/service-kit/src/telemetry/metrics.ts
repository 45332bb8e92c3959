import { VERSION, type Metrics, type ServiceName, type Timer } from '@rentalbook/observability/metrics';
import { systemClock, type Clock } from '@rentalbook/timing';
import { sampledTraceIdOf } from '@rentalbook/tracing';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { collectDefaultMetrics, Registry, type OpenMetricsContentType } from 'prom-client';
import { StartupError, type Running } from '../process/lifecycle';
import type { Logger } from '../process/logger';
import { createEventLoopDelay, type EventLoopDelay } from './event-loop-delay';
import { RegisteredMetrics } from './registered-metrics';

export { noopMetrics } from '@rentalbook/observability/metrics';

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
  const registered = new RegisteredMetrics(registry, logger, clock);
  registered.makeAllOf(service);

  const metrics: ServiceMetrics = {
    count(what, labels, by = 1) {
      const one = registered.counter(what);
      one?.counter.inc(one.bound(labels), by);
    },
    gauge(what, read, ...[labels = {}]) {
      registered.readGauge(what, read, labels);
    },
    observe(what, labels, value, traceparent) {
      const one = registered.histogram(what);
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
  // Of the process itself, so by the time that passes, whichever clock the service waits by.
  const eventLoop = createEventLoopDelay(systemClock);
  metrics.gauge('event_loop_delay_seconds', () => eventLoop.seconds());
  return {
    ...metrics,
    text: () => registry.metrics(),
    serve: (port, host) => serve({ registry, logger, eventLoop }, port, host),
  };
}

interface Served {
  readonly registry: Registry<OpenMetricsContentType>;
  readonly logger: Logger;
  readonly eventLoop: EventLoopDelay;
}

async function serve(
  { registry, logger, eventLoop }: Served,
  port: number | undefined,
  host: string,
): Promise<Running> {
  if (port === undefined) return { stop: () => Promise.resolve() };
  collectDefaultMetrics({ register: registry });
  eventLoop.start();
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
      await eventLoop.stop();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
