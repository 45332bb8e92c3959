import type { Alert, Course, Severity } from './alert';

/** A service level objective over 30 days: which part of all events is good. */
export interface Objective {
  /** As recording rules name it. */
  readonly name: string;
  /** As alerts name it. */
  readonly title: string;
  readonly sentence: string;
  /** Of 1. */
  readonly objective: number;
  /** The rate of bad events and of all events, over a window like "5m". */
  readonly bad: (window: string) => string;
  readonly all: (window: string) => string;
  readonly means: string;
  readonly look: readonly string[];
  readonly remedy: readonly string[];
  /** A series of good and one of bad events, with what a healthy and a faulty minute adds to each. */
  readonly test: Readonly<Record<string, readonly [healthy: number, faulty: number]>>;
}

const requests = (selector: string): string =>
  `rentalbook_request_duration_seconds_count{service="router",${selector}}`;
const FAULTS = 'UNAVAILABLE|INTERNAL_SERVER_ERROR|other';
const sumOfRates = (series: string) => (window: string) => `sum(rate(${series}[${window}]))`;
/** An outcome that never was has no series, and a part of nothing would be nothing instead of 0. */
const orNone = (rates: (window: string) => string) => (window: string) => `(${rates(window)} or vector(0))`;
const queries = 'operation="query",outcome!="abandoned"';
const servedQueries = 'operation="query",outcome="ok"';
const buckets = (le: string): string =>
  `rentalbook_request_duration_seconds_bucket{service="router",${servedQueries},le="${le}"}`;
const applied = (le: string): string => `rentalbook_decided_to_applied_seconds_bucket{service="mypage",le="${le}"}`;
const slower = (series: (le: string) => string, le: string) => (window: string) =>
  `(${sumOfRates(series('+Inf'))(window)} - ${sumOfRates(series(le))(window)})`;

export const objectives: readonly Objective[] = [
  {
    name: 'read_availability',
    title: 'ReadAvailability',
    sentence: 'Of all queries, 99.9 % are answered without an error of ours.',
    objective: 0.999,
    bad: orNone(sumOfRates(requests(`operation="query",outcome=~"${FAULTS}"`))),
    all: sumOfRates(requests(queries)),
    means: 'Queries of readers are answered with UNAVAILABLE or INTERNAL_SERVER_ERROR.',
    look: [
      'Dashboard "Overview": which outcome, and which subgraph’s calls fail.',
      'An exemplar of "Requests" names a trace; its id is in the log lines of each service.',
    ],
    remedy: [
      'kubectl -n rentalbook get pods',
      'kubectl -n rentalbook logs deployment/gateway --since=15m | grep "an operation failed"',
      'kubectl -n rentalbook rollout undo deployment/NAME    # if it began with a roll-out',
    ],
    test: {
      [requests('operation="query",outcome="ok"')]: [600, 540],
      [requests('operation="query",outcome="UNAVAILABLE"')]: [0, 60],
    },
  },
  {
    name: 'read_latency',
    title: 'ReadLatency',
    sentence: 'Of the queries that are served, 99 % take at most 0.5 s.',
    objective: 0.99,
    bad: slower(buckets, '0.5'),
    all: sumOfRates(buckets('+Inf')),
    means: 'Readers wait for more than half a second.',
    look: [
      'Dashboard "Overview": the queue of the router, the event loops, and the slowest subgraph.',
      'An exemplar of a slow bucket names a trace: its longest span is where the time goes.',
    ],
    remedy: [
      'kubectl -n rentalbook top pods',
      'kubectl -n rentalbook scale deployment/NAME --replicas=3    # of what is at its processor limit',
    ],
    test: { [buckets('0.5')]: [600, 300], [buckets('+Inf')]: [600, 600] },
  },
  {
    name: 'command_success',
    title: 'CommandSuccess',
    sentence: 'Of all mutations, 99.9 % are accepted or refused by a rule; none of our errors answers them.',
    objective: 0.999,
    bad: orNone(sumOfRates(requests(`operation="mutation",outcome=~"${FAULTS}"`))),
    all: sumOfRates(requests('operation="mutation"')),
    means: 'Readers and librarians cannot reserve, rent or return.',
    look: [
      'Dashboard of the service: commands by outcome. "unavailable" is MongoDB or a full outbox, "failed" a bug.',
      'Alerts about MongoDB, the outbox and Kafka at the same time name the cause.',
    ],
    remedy: [
      'kubectl -n rentalbook get pods',
      'kubectl -n rentalbook logs deployment/rental --since=15m | grep -E "a request failed|engine unavailable"',
    ],
    test: {
      [requests('operation="mutation",outcome="ok"')]: [600, 540],
      [requests('operation="mutation",outcome="UNAVAILABLE"')]: [0, 60],
    },
  },
  {
    name: 'mypage_freshness',
    title: 'MyPageFreshness',
    sentence: 'Of all events, 99 % show on MyPage within 2.5 s of being decided.',
    objective: 0.99,
    bad: slower(applied, '2.5'),
    all: sumOfRates(applied('+Inf')),
    means: 'Members see their reservations and rentals late.',
    look: [
      'Dashboard "MyPage freshness": the hop that is slow. Decided to published is the outbox and Kafka, published to applied the consumer.',
      'The consumer’s lag, and retries of events: they are MongoDB.',
    ],
    remedy: [
      'kubectl -n rentalbook logs deployment/mypage --since=15m | grep "waits for an engine"',
      'kubectl -n rentalbook rollout restart deployment/mypage',
    ],
    test: { [applied('2.5')]: [600, 300], [applied('+Inf')]: [600, 600] },
  },
];

/** A pair of windows: the long one says that it matters, the short one that it goes on. `burn` times the budget of 30 days. */
interface Burn {
  readonly burn: number;
  readonly long: string;
  readonly short: string;
}
/** As the Site Reliability Workbook has them: 2 % of the budget in an hour, 5 % in six; 10 % in three days. */
const BURNS: Readonly<Record<Severity, readonly [Burn, Burn]>> = {
  page: [
    { burn: 14.4, long: '1h', short: '5m' },
    { burn: 6, long: '6h', short: '30m' },
  ],
  ticket: [
    { burn: 3, long: '1d', short: '2h' },
    { burn: 1, long: '3d', short: '6h' },
  ],
};
export const WINDOWS = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const;

export const recordedRatio = ({ name }: Pick<Objective, 'name'>, window: string): string =>
  `rentalbook:${name}_errors:ratio_rate${window}`;
/** Fewer bad events than that in the long window are no reason to wake or bother anyone. */
const BAD_AT_LEAST = 5;
const SECONDS: Readonly<Record<string, number>> = { '1h': 3_600, '6h': 21_600, '1d': 86_400, '3d': 259_200 };

const burns = (objective: Objective, { burn, long, short }: Burn): string => {
  const limit = `${String(burn)} * ${String(Number((1 - objective.objective).toFixed(6)))}`;
  const isOften = `${objective.bad(long)} * ${String(SECONDS[long])} > ${String(BAD_AT_LEAST)}`;
  return `(${recordedRatio(objective, long)} > ${limit} and ${recordedRatio(objective, short)} > ${limit} and ${isOften})`;
};

const speed: Readonly<Record<Severity, string>> = { page: 'Fast', ticket: 'Slowly' };

const summaryOf = ({ sentence }: Objective, severity: Severity): string =>
  `Errors use up the budget ${severity === 'page' ? 'fast' : 'slowly'} of: ${sentence}`;

/** Two alerts for each objective: one for a fault that takes the budget within days, one for a slow leak. */
export const objectiveAlerts: readonly Alert[] = objectives.flatMap((objective) =>
  (['page', 'ticket'] as const).map((severity): Alert => {
    const [fast, slow] = BURNS[severity];
    return {
      name: `Rentalbook${objective.title}Burns${speed[severity]}`,
      severity,
      expr: [burns(objective, fast), burns(objective, slow)].join(' or '),
      summary: summaryOf(objective, severity),
      meaning: `${objective.sentence} ${objective.means} ${
        severity === 'page'
          ? 'At this rate the budget of errors of 30 days is used up within days.'
          : 'At this rate the budget of errors of 30 days is used up before they are over.'
      }`,
      look: objective.look,
      remedy: objective.remedy,
      test: testOf(objective, severity),
    };
  }),
);

function testOf(objective: Objective, severity: Severity): Alert['test'] {
  const isFast = severity === 'page';
  const scale = isFast ? 1 : 0.1;
  const series = Object.fromEntries(
    Object.entries(objective.test).map(([name, [healthy, faulty]]): [string, { healthy: Course; faulty: Course }] => [
      name,
      { healthy: { perMinute: healthy }, faulty: { perMinute: healthy + (faulty - healthy) * scale } },
    ]),
  );
  return {
    series,
    ...(isFast ? { firesWithin: 20, clearsWithin: 60 } : { firesWithin: 1_440, clearsWithin: 720, minutesApart: 30 }),
    labels: {},
    summary: summaryOf(objective, severity),
  };
}
