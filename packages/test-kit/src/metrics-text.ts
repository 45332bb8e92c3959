import { allMetrics } from '@rentalbook/observability/metrics';

/** One line of a service's metrics. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** The trace that its exemplar names. */
  readonly traceId: string | undefined;
}

const SAMPLE = /^(\w+)(?:\{(.*?)\})? (\S+)(?: # \{trace_id="(\w+)"\} \S+ \S+)?$/gm;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** The samples in a text in the format of OpenMetrics. */
export const metricsIn = (text: string): Sample[] =>
  [...text.matchAll(SAMPLE)].map(([, name = '', labels = '', value = '', traceId]) => ({
    name,
    labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, label = '', of = '']) => [label, of])),
    value: Number(value),
    traceId,
  }));

const SUFFIX = /_(bucket|sum|count)$/;

/** Samples of ours with a name, label or value of a label that the catalogue does not have; values that the test gave may be allowed. */
export function valuesOutside(samples: readonly Sample[], allowed: readonly string[] = []): string[] {
  return samples.flatMap(({ name, labels }) => {
    if (!name.startsWith('rentalbook_')) return [];
    const metric = allMetrics.find((one) => one.name === name || one.name === name.replace(SUFFIX, ''));
    if (!metric) return [name];
    return Object.entries(labels).flatMap(([label, value]) => {
      if (['service', 'le'].includes(label)) return [];
      const isKnown = metric.labels[label]?.includes(value) === true || allowed.includes(value);
      return isKnown ? [] : [`${name}{${label}="${value}"}`];
    });
  });
}
