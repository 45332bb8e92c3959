/** What of the traces is kept, besides those with an error. */
const SLOW_MS = 500;
const REST_PERCENT = 5;

/**
 * The configuration of the OpenTelemetry collector, which decides about whole traces: those with an error and slow ones are
 * kept, of the rest some. All spans of a trace have to come to one collector.
 */
export const collectorConfig = (jaeger: string) => ({
  receivers: { otlp: { protocols: { grpc: { endpoint: '0.0.0.0:4317' }, http: { endpoint: '0.0.0.0:4318' } } } },
  processors: {
    memory_limiter: { check_interval: '1s', limit_percentage: 75, spike_limit_percentage: 20 },
    tail_sampling: {
      // The last span of a rent, MyPage's, comes a second after the first at the latest, and exporters wait for up to 5 s.
      decision_wait: '15s',
      num_traces: 20_000,
      policies: [
        { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
        { name: 'slow', type: 'latency', latency: { threshold_ms: SLOW_MS } },
        { name: 'rest', type: 'probabilistic', probabilistic: { sampling_percentage: REST_PERCENT } },
      ],
    },
    batch: { timeout: '1s' },
  },
  exporters: { otlp_http: { endpoint: jaeger } },
  extensions: { health_check: { endpoint: '0.0.0.0:13133' } },
  service: {
    extensions: ['health_check'],
    telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
    pipelines: {
      traces: {
        receivers: ['otlp'],
        processors: ['memory_limiter', 'tail_sampling', 'batch'],
        exporters: ['otlp_http'],
      },
    },
  },
});
