import { recordingRules } from '../../src/alerts/rules';
import { foreignMetrics } from '../../src/foreign-metrics';
import { allMetrics, OTHER } from '../../src/metrics/catalogue';

interface KnownMetric {
  readonly labels: readonly string[];
  /** The values of a label of ours; undefined for labels whose values are not ours. */
  readonly values: (label: string) => readonly string[] | undefined;
}

/** Labels that Prometheus gives each series. */
const OF_SCRAPE = ['job', 'instance'];
const HISTOGRAM_SUFFIXES = ['_bucket', '_sum', '_count'];

const known = new Map<string, KnownMetric>([
  ...foreignMetrics.map(({ name, labels }): [string, KnownMetric] => [
    name,
    { labels: [...OF_SCRAPE, ...labels], values: () => undefined },
  ]),
  ...recordingRules.map(({ record }): [string, KnownMetric] => [record, { labels: [], values: () => undefined }]),
  ...allMetrics.flatMap(({ name, type, labels, exposedBy, buckets = [] }): [string, KnownMetric][] => {
    const values = (label: string): readonly string[] | undefined => {
      if (label === 'service') return exposedBy;
      if (label === 'le') return [...buckets.map(String), '+Inf'];
      const own = labels[label];
      return own && [...own, OTHER];
    };
    const own = [...OF_SCRAPE, 'service', ...Object.keys(labels)];
    if (type !== 'histogram') return [[name, { labels: own, values }]];
    return HISTOGRAM_SUFFIXES.map((suffix) => [
      name + suffix,
      { labels: suffix === '_bucket' ? [...own, 'le'] : own, values },
    ]);
  }),
]);

const SERIES = /([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})?/g;
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g;
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const WORDS = new Set(
  'sum max min avg count rate increase changes absent and or unless by on time histogram_quantile min_over_time max_over_time avg_over_time clamp_min scalar vector bool le topk label_replace'.split(
    ' ',
  ),
);

/**
 * Metrics, labels and values of labels in an expression that neither the catalogue, a recording rule nor the list of foreign
 * metrics has. It reads what our expressions are made of, not all of PromQL.
 */
export function unknownIn(expression: string): string[] {
  const grouped = [...expression.matchAll(GROUPING)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim()),
  );
  // Grouping labels and ranges are no series.
  const bare = expression.replaceAll(GROUPING, ' ').replaceAll(/\[[^\]]*\]/g, '');
  const series = [...bare.matchAll(SERIES)].filter(
    ([, name = '']) => !WORDS.has(name) && !/^\d|^(Inf|NaN|e)$/.test(name),
  );
  const labels = new Set(series.flatMap(([, name = '']) => known.get(name)?.labels ?? []));
  const faults = series.flatMap(([, name = '', matchers = '']) => {
    const metric = known.get(name);
    return metric ? faultsOf(name, metric, matchers) : [name];
  });
  const isKnown = series.every(([, name = '']) => known.has(name));
  return [...faults, ...grouped.filter((label) => isKnown && !labels.has(label)).map((label) => `the label ${label}`)];
}

const faultsOf = (name: string, metric: KnownMetric, matchers: string): string[] =>
  [...matchers.matchAll(MATCHER)].flatMap(([, label = '', operator = '', text = '']) => {
    if (!metric.labels.includes(label)) return [`${name}{${label}}`];
    // A variable of a dashboard stands for any value.
    if (text.includes('$')) return [];
    const values = metric.values(label);
    const given = operator.endsWith('~') ? text.split('|') : [text];
    return given.flatMap((value) =>
      values === undefined || values.includes(value) ? [] : [`${name}{${label}="${value}"}`],
    );
  });
