export { alertmanagerConfig } from './alertmanager';
export { jaegerConfig } from './jaeger';
export { annotatedPods, listedServices, prometheusConfig } from './prometheus';

/** The generated rules, by their path in the repository. */
export const RULES_FILE = 'k8s/components/observability/rentalbook.rules.yml';
