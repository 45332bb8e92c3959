/** A metric that rules and dashboards use and that is not ours, with the labels that it has. */
export interface ForeignMetric {
  readonly name: string;
  readonly labels: readonly string[];
  /** Where it comes from. */
  readonly from: 'Prometheus' | 'prom-client' | 'kubelet' | 'cert-manager' | 'Istio';
}

const istio = [
  'source_workload',
  'destination_workload',
  'response_code',
  'response_flags',
  'connection_security_policy',
];

/** Every foreign metric that may be used; each has the labels `job` and `instance` besides. */
export const foreignMetrics: readonly ForeignMetric[] = [
  { name: 'up', labels: [], from: 'Prometheus' },
  ...[
    'process_start_time_seconds',
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_heap_size_used_bytes',
  ].map((name) => ({ name, labels: ['service'], from: 'prom-client' as const })),
  { name: 'nodejs_gc_duration_seconds_sum', labels: ['service', 'kind'], from: 'prom-client' },
  ...['kubelet_volume_stats_available_bytes', 'kubelet_volume_stats_capacity_bytes'].map((name) => ({
    name,
    labels: ['namespace', 'persistentvolumeclaim'],
    from: 'kubelet' as const,
  })),
  {
    name: 'certmanager_certificate_expiration_timestamp_seconds',
    labels: ['namespace', 'name'],
    from: 'cert-manager',
  },
  { name: 'istio_requests_total', labels: istio, from: 'Istio' },
  { name: 'istio_request_duration_milliseconds_bucket', labels: [...istio, 'le'], from: 'Istio' },
];
