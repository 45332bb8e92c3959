import { allMetrics, SERVICES, type ExposedMetric, type ServiceName } from '../metrics/catalogue';
import { levels, percentiles, rates, type Board, type Panel } from './panel';

const titles: Readonly<Record<ServiceName, string>> = {
  router: 'Router',
  book: 'Book',
  reserve: 'Reserve',
  rental: 'Rental',
  mypage: 'MyPage',
};

/** One for each service, with a panel for each metric that it exposes. */
export const serviceBoards: readonly Board[] = SERVICES.map((service) => {
  const own = allMetrics.filter(({ exposedBy }) => exposedBy.includes(service));
  const panels = (type: ExposedMetric['type']): Panel[] =>
    own.filter((metric) => metric.type === type).map((metric) => panelOf(metric, service));
  return {
    uid: `rentalbook-${service}`,
    title: `rentalbook: ${titles[service]}`,
    description: `Every metric of ${titles[service]}, and of its process.`,
    rows: [
      { title: 'Durations and sizes', panels: panels('histogram') },
      { title: 'Counted', panels: panels('counter') },
      { title: 'Levels', panels: panels('gauge') },
      { title: 'Process', panels: processPanels(service) },
    ],
  };
});

function panelOf(metric: ExposedMetric, service: ServiceName): Panel {
  const { what, name, help, type, labels, unit } = metric;
  const series = `${name}{service="${service}"}`;
  const of = {
    title: sentenceOf(what),
    description: help,
    ...(what.startsWith('certificate') && { emptyWhen: 'no certificate is set up' }),
    ...((what.startsWith('cache_lookups') || what.startsWith('cache_tail')) && {
      emptyWhen: 'the cache of answers is off',
    }),
    ...(what.startsWith('token_keys') && { emptyWhen: 'the keys of tokens are in a file' }),
  };
  const by = ['service', ...Object.keys(labels)];
  if (type === 'counter') return rates(of, series, by);
  const shown = { seconds: 's', bytes: 'bytes', count: 'short' } as const;
  return type === 'histogram' ? percentiles(of, series, by, shown[unit]) : levels(of, series, by, shown[unit]);
}

/** "subgraph_call_duration_seconds" → "Subgraph call duration". */
function sentenceOf(what: string): string {
  const words = what.replace(/_(timestamp_)?(seconds|bytes)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function processPanels(service: ServiceName): readonly Panel[] {
  const of = (name: string): string => `${name}{service="${service}"}`;
  return [
    rates(
      { title: 'Processor time', description: 'Seconds of processor time in a second: 1 is a whole core.' },
      of('process_cpu_seconds_total'),
      ['instance'],
      'short',
    ),
    levels(
      { title: 'Memory', description: 'Resident memory of the process.' },
      of('process_resident_memory_bytes'),
      ['instance'],
      'bytes',
    ),
    rates(
      { title: 'Garbage collection', description: 'Seconds of collection in a second.' },
      of('nodejs_gc_duration_seconds_sum'),
      ['instance', 'kind'],
      'short',
    ),
  ];
}
