import { allMetrics, OTHER, SERVICES, SUBGRAPHS, type ExposedMetric, type MetricType } from '../metrics/catalogue';

const INTRODUCTION = `# Metrics

Made by \`npm run observability\` from [the catalogue](../packages/observability/src/metrics); do not edit.

Every service serves its metrics in the format of OpenMetrics at \`/metrics\` on a port of its own, \`METRICS_PORT\`; without that
setting it serves none. \`METRICS_PORT=9100 npm start\` gives the router 9100, Book 9101, Reserve 9102, Rental 9103 and MyPage 9104.
Each series carries the label \`service\`; the usual \`process_…\` and \`nodejs_…\` series of prom-client come with them.

A label has the values that are listed here and no others: anything else is counted as \`${OTHER}\`. **Alarm** means that any increase,
or any value above 0, needs an operator: [the runbook](runbook.md) says what to do.
`;

const NOTES = `What to do about an alarm: \`npm run dead-letters -- list\` names what is blocked and why; \`--help\` says how to settle it.
\`dead_letters_total{cause="forged"}\` counts records without a valid signature of their source, which were refused
([ADR 34](adr/0034-events-carry-their-sources-signature.md)). \`dead_letters_total{cause="undecodable"}\`: a whole batch could not be
decoded, and which keys had events in it is not known. The next event of each of them blocks its key with the cause \`gap\`.
\`parked_keys\`, \`outbox_…\` and \`parked_outboxes\` are read from the service's database, so every replica reports the same
number: take the maximum, not the sum.
`;

const SECTIONS: Readonly<Record<MetricType, string>> = {
  counter: 'Counters',
  gauge: 'Gauges',
  histogram: 'Histograms',
};

/** docs/metrics.md as it has to be. */
export const renderMetricsPage = (): string =>
  [
    INTRODUCTION,
    ...Object.entries(SECTIONS).map(([type, heading]) => section(type as MetricType, heading)),
    '## Notes\n',
    NOTES,
  ].join('\n');

function section(type: MetricType, heading: string): string {
  const described = allMetrics.filter((metric) => metric.type === type);
  const exemplars =
    type === 'histogram' ? '\nBuckets name the trace of their last observation (exemplars), if it is sampled.\n' : '';
  return `## ${heading}
${exemplars}
| Name | Labels | Of | What it says |
| --- | --- | --- | --- |
${described.map(row).join('\n')}
`;
}

function row(metric: ExposedMetric): string {
  const labels = Object.entries(metric.labels).map(([label, values]) => `\`${label}\`: ${values.join(', ')}`);
  const buckets = metric.buckets ? ` Buckets: ${metric.buckets.join(', ')} ${metric.unit}.` : '';
  const alarm = metric.alarm ? '**Alarm.** ' : '';
  return `| \`${metric.name}\` | ${labels.join('; ')} | ${exposers(metric)} | ${alarm}${metric.help}${buckets} |`;
}

function exposers({ exposedBy }: ExposedMetric): string {
  if (exposedBy.length === SERVICES.length) return 'all services';
  return exposedBy.length === SUBGRAPHS.length ? 'all subgraphs' : exposedBy.join(', ');
}
