/** The job that rules and dashboards read. */
const JOB = 'rentalbook';

/** Services by the addresses of their metrics. */
export const listedServices = (targets: readonly string[]) => ({ job_name: JOB, static_configs: [{ targets }] });

/** Services by the annotations of their pods, which the component `monitoring` sets. */
export const annotatedPods = (namespace: string) => ({
  job_name: JOB,
  kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
  relabel_configs: [
    { action: 'keep', source_labels: ['__meta_kubernetes_pod_annotation_prometheus_io_scrape'], regex: 'true' },
    // A pod is found once for each of its container ports.
    { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: 'metrics' },
    {
      source_labels: ['__address__', '__meta_kubernetes_pod_annotation_prometheus_io_port'],
      regex: '([^:]+)(?::\\d+)?;(\\d+)',
      replacement: '$1:$2',
      target_label: '__address__',
    },
    {
      source_labels: ['__meta_kubernetes_pod_annotation_prometheus_io_path'],
      regex: '(.+)',
      target_label: '__metrics_path__',
    },
    { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
  ],
});

/** The Envoys beside the services, where there is a mesh: by the name that injection gives their port. */
export const sidecarsOfPods = (namespace: string) => ({
  job_name: 'sidecars',
  metrics_path: '/stats/prometheus',
  kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
  relabel_configs: [
    { action: 'keep', source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: '.*-envoy-prom' },
    { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
  ],
});

export interface PrometheusPlace {
  /** How Prometheus finds the services. */
  readonly services: { readonly job_name: string };
  /** How it finds their sidecars; undefined where there are none. */
  readonly sidecars?: { readonly job_name: string };
  /** The path of rentalbook.rules.yml, as Prometheus sees it. */
  readonly rules: string;
  /** host:port; undefined where no Alertmanager runs. */
  readonly alertmanager?: string | undefined;
  /** Between two readings of a service, and between two evaluations of the rules. */
  readonly every: string;
}

/** The configuration of Prometheus. JSON is YAML, so an object is enough. */
export const prometheusConfig = ({ services, sidecars, rules, alertmanager, every }: PrometheusPlace) => ({
  global: { scrape_interval: every, evaluation_interval: every },
  rule_files: [rules],
  ...(alertmanager !== undefined && {
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
  }),
  scrape_configs: [services, ...(sidecars ? [sidecars] : [])],
});
