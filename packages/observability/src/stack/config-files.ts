import { SUBGRAPHS } from '../metrics/label-values';
import { stringify } from 'yaml';
import { alertmanagerConfig } from './alertmanager';
import { collectorConfig } from './collector';
import { grafanaDashboards, grafanaDatasources } from './grafana';
import { jaegerConfig } from './jaeger';
import { annotatedPods, listedServices, prometheusConfig, sidecarsOfPods } from './prometheus';

const HEADER = '# Made by `npm run observability` from packages/observability/src/stack; do not edit.\n';
const yaml = (value: object) => (): string => HEADER + stringify(value, { lineWidth: 0 });

/** In containers each part has a host of its own, called by its name, and its usual ports. */
const PORTS = { page: 16_686, otlp: 4318 };
const EVERYWHERE = '0.0.0.0';
const HEALTH = 13_133;
const urls = {
  prometheus: 'http://prometheus:9090',
  alertmanager: 'http://alertmanager:9093',
  jaeger: `http://jaeger:${String(PORTS.page)}`,
};
const judged = { rules: '/etc/prometheus/rules/rentalbook.rules.yml', alertmanager: 'alertmanager:9093', every: '15s' };
const IN_COMPOSE = ['gateway', ...SUBGRAPHS].map((service) => `${service}:9464`);

/** Configurations for containers, by their path below `config`; those in `compose` are for compose.yaml alone. */
export const configFiles: Readonly<Record<string, () => string>> = {
  'alertmanager.yml': yaml(alertmanagerConfig()),
  'collector.yaml': yaml(collectorConfig(`http://jaeger:${String(PORTS.otlp)}`)),
  'jaeger.yaml': yaml(jaegerConfig({ host: EVERYWHERE, ports: PORTS, health: HEALTH, folder: '/data' })),
  'prometheus.yml': yaml(
    prometheusConfig({ ...judged, services: annotatedPods('rentalbook'), sidecars: sidecarsOfPods('rentalbook') }),
  ),
  'grafana-datasources.yaml': yaml(grafanaDatasources(urls)),
  'grafana-dashboards.yaml': yaml(grafanaDashboards('/var/lib/grafana/dashboards')),
  'compose/jaeger.yaml': yaml(jaegerConfig({ host: EVERYWHERE, ports: PORTS, health: HEALTH })),
  'compose/prometheus.yml': yaml(prometheusConfig({ ...judged, services: listedServices(IN_COMPOSE) })),
};
