import { createServer } from 'node:http';
import { once } from 'node:events';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { StartupError, type Running } from './lifecycle';
import type { Logger } from './logger';

/** Everything that is counted; each becomes `rentalbook_<name>_total`. docs/metrics.md explains them to operators. */
const counters = {
  requests: { help: 'GraphQL requests, by outcome: ok, or the code of the first error', labels: ['outcome'] },
  ignored_consistency_tokens: { help: 'Consistency tokens of requests that no mutation returned', labels: [] },
  refusals: {
    help: 'Requests beyond a share: budget, shed, queue_full or queue_time; abandoned: of a client gone before its turn',
    labels: ['kind'],
  },
  events_handled: { help: 'Events that took effect or were repeats, by their source', labels: ['source'] },
  event_retries: { help: 'Attempts that were repeated because an engine was away', labels: [] },
  handler_failures: { help: 'Failures of a handler that waiting does not heal: bugs', labels: [] },
  stream_gaps: {
    help: 'Alarm: events that came too early, so that something of their stream is missing',
    labels: ['source'],
  },
  stream_conflicts: {
    help: 'Alarm: events that were not applied because another event of their source has their number',
    labels: ['source'],
  },
  unsigned_events: { help: 'Events without a signature that were applied all the same', labels: ['source'] },
  dead_letters: { help: 'Messages that were set aside, by cause', labels: ['cause'] },
  events_sent: { help: 'Events that Kafka acknowledged', labels: [] },
  relay_failures: { help: 'Failures to bring events to Kafka; alarm on kind "unsendable"', labels: ['kind'] },
} as const satisfies Record<string, Description>;

/** Everything that can be asked for; each becomes `rentalbook_<name>`. */
const gauges = {
  consumer_lag_messages: {
    help: 'Messages of this replica’s partitions that it had not read at its last look',
    labels: [],
  },
  parked_keys: { help: 'Alarm: keys of which all messages are set aside, in all replicas of the service', labels: [] },
  outbox_documents: { help: 'Books with events that Kafka has not acknowledged, in all replicas', labels: [] },
  outbox_oldest_age_seconds: { help: 'Age of the oldest of these', labels: [] },
  parked_outboxes: { help: 'Alarm: books whose next event Kafka refused for good', labels: [] },
  cache_bytes: { help: 'Bytes of heap that the entries of a cache of the router hold', labels: ['cache'] },
  queue_requests: { help: 'Requests that wait for their turn in the router', labels: [] },
  queue_oldest_wait_seconds: { help: 'For how long the oldest of these has waited', labels: [] },
  circuit_open: { help: '1 while calls to the target are answered at once, because it fails', labels: ['target'] },
} as const satisfies Record<string, Description>;

interface Description {
  readonly help: string;
  readonly labels: readonly string[];
}
type Labels = Readonly<Record<string, string>>;

/** What the parts of a service count with. */
export interface ServiceMetrics {
  count(what: keyof typeof counters, labels: Labels, by?: number): void;
  /** `read` is called whenever somebody collects the numbers; one that fails leaves its number out. */
  gauge(what: keyof typeof gauges, read: () => Promise<number> | number, labels?: Labels): void;
}

export interface MetricsEndpoint extends ServiceMetrics {
  /** Serves `/metrics` on a port of its own; without a port nothing is served. */
  serve(port: number | undefined, host: string): Promise<Running>;
}

export function createMetrics(service: string, logger: Logger): MetricsEndpoint {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  const counted = new Map<string, Counter>();
  for (const [name, { help, labels }] of Object.entries(counters))
    counted.set(
      name,
      new Counter({ name: `rentalbook_${name}_total`, help, labelNames: [...labels], registers: [registry] }),
    );
  const asked = new Map<string, { readonly read: () => Promise<number> | number; readonly labels: Labels }[]>();

  const collect = async (gauge: Gauge, name: string): Promise<void> => {
    gauge.reset();
    for (const { read, labels } of asked.get(name) ?? [])
      try {
        gauge.set(labels, await read());
      } catch (error) {
        logger.debug({ err: error, gauge: name }, 'a number could not be read');
      }
  };
  const measure = (name: keyof typeof gauges): void => {
    const { help, labels } = gauges[name];
    new Gauge({
      name: `rentalbook_${name}`,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect() {
        return collect(this, name);
      },
    });
  };

  return {
    count(what, labels, by = 1) {
      counted.get(what)?.inc(labels, by);
    },
    gauge(what, read, labels = {}) {
      const known = asked.get(what);
      if (known) known.push({ read, labels });
      else {
        asked.set(what, [{ read, labels }]);
        measure(what);
      }
    },
    async serve(port, host) {
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
    },
  };
}
