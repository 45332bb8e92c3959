import { counters } from './counters';
import type { Description, MetricType } from './description';
import { gauges } from './gauges';
import { histograms } from './histograms';

export { counters, gauges, histograms };
export * from './description';
export * from './label-values';
export * from './metrics';
export { VERSION } from './version';

/** A metric as it is exposed. */
export interface ExposedMetric extends Description {
  /** Its name in the catalogue. */
  readonly what: string;
  readonly name: string;
  readonly type: MetricType;
}

const PREFIX = 'rentalbook_';
/** The name by which Prometheus knows a metric of the catalogue. */
const exposedName = (type: MetricType, name: string): string => `${PREFIX}${name}${type === 'counter' ? '_total' : ''}`;

const exposed = (type: MetricType, described: Readonly<Record<string, Description>>): ExposedMetric[] =>
  Object.entries(described).map(([what, description]) => ({
    ...description,
    what,
    name: exposedName(type, what),
    type,
  }));

/** Every metric of the catalogue. */
export const allMetrics: readonly ExposedMetric[] = [
  ...exposed('counter', counters),
  ...exposed('gauge', gauges),
  ...exposed('histogram', histograms),
];
