import type { Alert } from './alert';

const DEAD_LETTER_COMMANDS = [
  'npm run dead-letters -- list',
  'npm run dead-letters -- --help    # how to put a dead letter back, and how to give it up',
];
/** An increase of the counter in the last quarter of an hour, which is in every replica that consumed the event. */
const increased = (series: string, by: string): string => `sum by (service, ${by}) (increase(${series}[15m])) > 0`;
const counted = (series: string, labels: Readonly<Record<string, string>>, summary: string): Alert['test'] => ({
  series: { [series]: { healthy: { perMinute: 0 }, faulty: { perMinute: 1 } } },
  firesWithin: 2,
  clearsWithin: 17,
  labels,
  summary,
});

/** What goes wrong between the decision about an event and its effect elsewhere. */
export const eventAlerts: readonly Alert[] = [
  {
    name: 'RentalbookOutboxStuck',
    severity: 'page',
    expr: 'max by (service) (rentalbook_outbox_oldest_age_seconds) > 60',
    for: '2m',
    summary: 'Events of {{ $labels.service }} have waited for Kafka for {{ $value | humanizeDuration }}',
    meaning:
      'What was decided does not reach the other services: rentals stay REQUESTED, and MyPage is late. Nothing is lost; after 100 waiting events a book refuses commands.',
    look: [
      'Dashboard "Kafka and outbox": whether all services have it (Kafka is away) or one (its relay, its credentials).',
      'The log of the service: "could not bring events to Kafka" names the error.',
    ],
    remedy: [
      'kubectl -n rentalbook get pods -l app=my-kafka',
      'kubectl -n rentalbook logs deployment/SERVICE --since=10m | grep relay',
      'kubectl -n rentalbook rollout restart deployment/SERVICE    # if only one service has it',
    ],
    test: {
      series: {
        'rentalbook_outbox_oldest_age_seconds{service="rental",instance="a"}': {
          healthy: { is: 1 },
          faulty: { is: 90 },
        },
        'rentalbook_outbox_oldest_age_seconds{service="rental",instance="b"}': {
          healthy: { is: 1 },
          faulty: { is: 90 },
        },
      },
      firesWithin: 3,
      clearsWithin: 1,
      labels: { service: 'rental' },
      summary: 'Events of rental have waited for Kafka for 1m 30s',
    },
  },
  {
    name: 'RentalbookOutboxBlocked',
    severity: 'page',
    expr: 'max by (service) (rentalbook_parked_outboxes) > 0',
    summary: '{{ $value }} books of {{ $labels.service }} have an event that Kafka refused for good',
    meaning:
      'Kafka refused an event, as too large or as no record. It and all later events of its book stay in the outbox, for they would leave a gap.',
    look: ['`npm run dead-letters -- list` names the book and what Kafka said.'],
    remedy: [
      ...DEAD_LETTER_COMMANDS,
      'kubectl -n rentalbook logs deployment/SERVICE | grep "Kafka will never take this event"',
    ],
    test: {
      series: { 'rentalbook_parked_outboxes{service="book"}': { healthy: { is: 0 }, faulty: { is: 2 } } },
      firesWithin: 1,
      clearsWithin: 1,
      labels: { service: 'book' },
      summary: '2 books of book have an event that Kafka refused for good',
    },
  },
  {
    name: 'RentalbookConsumerLag',
    severity: 'ticket',
    expr: 'sum by (service) (rentalbook_consumer_lag_messages) > 1000',
    for: '5m',
    summary: '{{ $labels.service }} has {{ $value }} messages to read',
    meaning: 'The service consumes events more slowly than they are published: what it shows is late.',
    look: [
      'Dashboard "Kafka and outbox": the duration of applying events, and retries. Retries mean MongoDB.',
      'Whether its consumer restarts again and again.',
    ],
    remedy: [
      'kubectl -n rentalbook scale deployment/SERVICE --replicas=3    # at most as many as the topic has partitions',
      'kubectl -n rentalbook rollout restart deployment/SERVICE       # a consumer that hangs',
    ],
    test: {
      series: { 'rentalbook_consumer_lag_messages{service="mypage"}': { healthy: { is: 5 }, faulty: { is: 4000 } } },
      firesWithin: 6,
      clearsWithin: 1,
      labels: { service: 'mypage' },
      summary: 'mypage has 4000 messages to read',
    },
  },
  {
    name: 'RentalbookEngineLoss',
    severity: 'page',
    expr: 'sum by (service, kind) (increase(rentalbook_engine_losses_total[15m])) > 0',
    summary: '{{ $labels.service }} found that an engine lost its data: {{ $labels.kind }}',
    meaning:
      'Kafka has no topic any more (topic_missing) or an older one (topic_behind); or MongoDB has no database any more (database_missing) or a new one beside a consumer group that has read (database_new). The topic and the database were made again, empty; what was only there is missing.',
    look: [
      'The log of the service names the topic or the database, and what it had.',
      'docs/trouble.md: what is missing in each case, and what is not.',
    ],
    remedy: [
      'kubectl -n rentalbook get pods -l "app in (my-kafka, my-mongo)"    # which one was replaced',
      'npm run rebuild                       # MyPage again from the event logs, after Kafka lost events',
      'npm run dead-letters -- list          # keys that miss an event',
    ],
    test: counted(
      'rentalbook_engine_losses_total{service="mypage",kind="topic_missing"}',
      { service: 'mypage', kind: 'topic_missing' },
      'mypage found that an engine lost its data: topic_missing',
    ),
  },
  {
    name: 'RentalbookConsumerRestarts',
    severity: 'ticket',
    expr: 'sum by (service) (increase(rentalbook_consumer_restarts_total[15m])) > 3',
    summary:
      'The Kafka consumer of {{ $labels.service }} was restarted {{ $value | printf "%.0f" }} times in 15 minutes',
    meaning: 'The consumer loses its group or its broker again and again; between two restarts it may apply events.',
    look: ['The log of the service: what kafkajs reports before each restart.'],
    remedy: [
      'kubectl -n rentalbook get pods -l app=my-kafka',
      'kubectl -n rentalbook logs deployment/SERVICE --since=15m | grep -i kafka',
    ],
    test: {
      series: {
        'rentalbook_consumer_restarts_total{service="reserve"}': {
          healthy: { perMinute: 0 },
          faulty: { perMinute: 2 },
        },
      },
      firesWithin: 5,
      clearsWithin: 17,
      labels: { service: 'reserve' },
      summary: 'The Kafka consumer of reserve was restarted 12 times in 15 minutes',
    },
  },
  {
    name: 'RentalbookBlockedKey',
    severity: 'page',
    expr: 'max by (service) (rentalbook_parked_keys) > 0',
    summary: '{{ $value }} keys of {{ $labels.service }} are blocked',
    meaning:
      'A message of each of these books could not be applied. It and all later messages of the book became dead letters, in their order; other books go on.',
    look: ['`npm run dead-letters -- list` names the books, the cause and the error.'],
    remedy: DEAD_LETTER_COMMANDS,
    test: {
      series: {
        'rentalbook_parked_keys{service="mypage",instance="a"}': { healthy: { is: 0 }, faulty: { is: 2 } },
        'rentalbook_parked_keys{service="mypage",instance="b"}': { healthy: { is: 0 }, faulty: { is: 2 } },
      },
      firesWithin: 1,
      clearsWithin: 1,
      labels: { service: 'mypage' },
      summary: '2 keys of mypage are blocked',
    },
  },
  {
    name: 'RentalbookDeadLetters',
    severity: 'ticket',
    expr: increased('rentalbook_dead_letters_total{cause=~"malformed|undecodable|gap|failing|behind"}', 'cause'),
    summary: '{{ $labels.service }} wrote dead letters ({{ $labels.cause }})',
    meaning:
      'Messages were not applied and are kept in the dead-letter topic. "behind" ones are well and wait behind another one of their book.',
    look: ['`npm run dead-letters -- list` names the cause of each, and the message.'],
    remedy: DEAD_LETTER_COMMANDS,
    test: counted(
      'rentalbook_dead_letters_total{service="book",cause="malformed"}',
      { service: 'book', cause: 'malformed' },
      'book wrote dead letters (malformed)',
    ),
  },
  {
    name: 'RentalbookForgedEvent',
    severity: 'page',
    expr: increased('rentalbook_dead_letters_total{cause="forged"}', 'cause'),
    summary: '{{ $labels.service }} refused an event without a valid signature of its source',
    meaning:
      'A client wrote to the topic in the name of a service, or a public key is missing from SERVICE_KEYS_DIR. Nothing of the event was applied; its book is blocked.',
    look: [
      '`npm run dead-letters -- list`: the reason names the key id.',
      'Whether keys were rotated lately: see docs/upgrading.md.',
    ],
    remedy: [
      ...DEAD_LETTER_COMMANDS,
      'kubectl -n rentalbook get configmap service-keys -o yaml    # the keys that are accepted',
      'Take the rights to write from the client that is not ours: see docs/deploy.md.',
    ],
    test: counted(
      'rentalbook_dead_letters_total{service="mypage",cause="forged"}',
      { service: 'mypage', cause: 'forged' },
      'mypage refused an event without a valid signature of its source',
    ),
  },
  {
    name: 'RentalbookStreamGap',
    severity: 'page',
    expr: increased('rentalbook_stream_gaps_total', 'source'),
    summary: '{{ $labels.service }} misses an event of {{ $labels.source }}',
    meaning:
      'An event came whose predecessor did not: one was lost, or was in a batch that cannot be decoded. Its book is blocked in this service.',
    look: [
      'Whether the topic lost data: retention, a broker that lost its disk.',
      'Whether the source was set back to an older backup.',
    ],
    remedy: [...DEAD_LETTER_COMMANDS, 'npm run rebuild -- --help    # MyPage anew from the event logs of the services'],
    test: counted(
      'rentalbook_stream_gaps_total{service="mypage",source="rental"}',
      { service: 'mypage', source: 'rental' },
      'mypage misses an event of rental',
    ),
  },
  {
    name: 'RentalbookStreamConflict',
    severity: 'page',
    expr: increased('rentalbook_stream_conflicts_total', 'source'),
    summary: '{{ $labels.service }} got two events of {{ $labels.source }} with one number',
    meaning:
      'The source numbers its events anew, because its database was set back, or another program publishes in its name. The second event was not applied.',
    look: [
      'The log of the service names both: "another one of its source has its number".',
      'Whether the database of the source was restored lately.',
    ],
    remedy: [
      'kubectl -n rentalbook logs deployment/SERVICE | grep "has its number"',
      'kubectl -n rentalbook scale deployment/SOURCE --replicas=0    # until its database is the newest again',
    ],
    test: counted(
      'rentalbook_stream_conflicts_total{service="reserve",source="book"}',
      { service: 'reserve', source: 'book' },
      'reserve got two events of book with one number',
    ),
  },
  {
    name: 'RentalbookHandlerFailure',
    severity: 'page',
    expr: 'sum by (service) (increase(rentalbook_handler_failures_total[15m])) > 0',
    summary: 'A handler of events of {{ $labels.service }} has a bug',
    meaning:
      'Applying an event failed in a way that waiting does not heal. The process ends and tries again; after three times the book is blocked.',
    look: ['The log of the service: the error, with the key and the event.', 'Whether it began with a roll-out.'],
    remedy: [
      'kubectl -n rentalbook rollout undo deployment/SERVICE    # if it began with a roll-out',
      ...DEAD_LETTER_COMMANDS,
    ],
    test: counted(
      'rentalbook_handler_failures_total{service="rental"}',
      { service: 'rental' },
      'A handler of events of rental has a bug',
    ),
  },
];
