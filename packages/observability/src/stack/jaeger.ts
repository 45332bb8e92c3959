export interface JaegerPlace {
  /** Address to listen on. */
  readonly host: string;
  /** Jaeger's page and API, and where spans arrive as OTLP over HTTP. */
  readonly ports: { readonly page: number; readonly otlp: number };
  /** A folder keeps traces over a restart; without one they are in memory, the newest 20,000. */
  readonly folder?: string;
  /** Port of `/status`, for probes. */
  readonly health?: number;
}

const STORE = 'traces';
const KEPT_FOR = '72h';

const memory = { memory: { max_traces: 20_000 } };
const files = (folder: string) => ({
  badger: {
    directories: { keys: `${folder}/keys`, values: `${folder}/values` },
    ephemeral: false,
    ttl: { spans: KEPT_FOR },
  },
});

/** The configuration of Jaeger 2: collector, store and page in one process. */
export const jaegerConfig = ({ host, ports, folder, health }: JaegerPlace) => ({
  service: {
    extensions: ['jaeger_storage', 'jaeger_query', ...(health === undefined ? [] : ['healthcheckv2'])],
    pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] } },
    telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
  },
  extensions: {
    jaeger_storage: { backends: { [STORE]: folder === undefined ? memory : files(folder) } },
    jaeger_query: {
      storage: { traces: STORE },
      http: { endpoint: `${host}:${String(ports.page)}` },
      // It has to be there, and has no use here: any free port of this machine.
      grpc: { endpoint: '127.0.0.1:0' },
    },
    ...(health !== undefined && { healthcheckv2: { use_v2: true, http: { endpoint: `${host}:${String(health)}` } } }),
  },
  receivers: { otlp: { protocols: { http: { endpoint: `${host}:${String(ports.otlp)}` } } } },
  processors: { batch: { timeout: '200ms' } },
  exporters: { jaeger_storage_exporter: { trace_storage: STORE } },
});
