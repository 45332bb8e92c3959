import type { Alert } from './alert';

export const DEAD_LETTER_COMMANDS = [
  'npm run dead-letters -- list',
  'npm run dead-letters -- --help    # how to put a dead letter back, and how to give it up',
];
/** An increase of the counter in the last quarter of an hour, which is in every replica that consumed the event. */
export const increased = (series: string, by: string): string =>
  `sum by (service, ${by}) (increase(${series}[15m])) > 0`;
export const counted = (series: string, labels: Readonly<Record<string, string>>, summary: string): Alert['test'] => ({
  series: { [series]: { healthy: { perMinute: 0 }, faulty: { perMinute: 1 } } },
  firesWithin: 2,
  clearsWithin: 17,
  labels,
  summary,
});
