/** A query of a panel; `legend` has the labels in double braces. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  readonly kind: 'graph' | 'number';
  /** As Grafana names it. */
  readonly unit: 'reqps' | 'ops' | 's' | 'ms' | 'bytes' | 'short' | 'percentunit';
  readonly description: string;
  readonly queries: readonly Query[];
  /** Why there may be nothing to show where all is well, or no such part; a check of the queries leaves it out then. */
  readonly emptyWhen?: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

/** The window of a rate: Grafana's, at least four scrapes. */
export const RATE = '$__rate_interval';

type Of = Pick<Panel, 'title' | 'description'> & { readonly emptyWhen?: string };

const graph = (unit: Panel['unit'], of: Of, queries: readonly Query[]): Panel => ({
  kind: 'graph',
  unit,
  ...of,
  queries,
});

export const rates = (of: Of, series: string, by: readonly string[], unit: Panel['unit'] = 'ops'): Panel =>
  graph(unit, of, [{ expr: `sum by (${by.join(', ')}) (rate(${series}[${RATE}]))`, legend: legendOf(by) }]);

export const levels = (of: Of, series: string, by: readonly string[], unit: Panel['unit']): Panel =>
  graph(unit, of, [{ expr: `max by (${by.join(', ')}) (${series})`, legend: legendOf(by) }]);

/** The median and the 99th percentile of a histogram, with exemplars. */
export const percentiles = (of: Of, histogram: string, by: readonly string[], unit: Panel['unit'] = 's'): Panel => {
  const [name, matchers = ''] = histogram.split(/(?=\{)/);
  const quantile = (part: string): string =>
    `histogram_quantile(${part}, sum by (${[...by, 'le'].join(', ')}) (rate(${name ?? ''}_bucket${matchers}[${RATE}])))`;
  return graph(unit, of, [
    { expr: quantile('0.5'), legend: `${legendOf(by)} p50` },
    { expr: quantile('0.99'), legend: `${legendOf(by)} p99` },
  ]);
};

export const number = (of: Of, expr: string, unit: Panel['unit'] = 'short'): Panel => ({
  kind: 'number',
  unit,
  ...of,
  queries: [{ expr, legend: of.title }],
});

const legendOf = (by: readonly string[]): string => by.map((label) => `{{${label}}}`).join(' ');
