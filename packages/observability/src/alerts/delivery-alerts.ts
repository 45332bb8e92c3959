import type { Alert } from './alert';
import { counted, DEAD_LETTER_COMMANDS } from './counted-alert';

/** What keeps events from leaving their source, or from arriving. */
export const deliveryAlerts: readonly Alert[] = [
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
      'npm run dead-letters -- list                        # keys that miss an event: settle them first',
      'npm run rebuild -- mypage --accept-differences      # MyPage again from the event logs, after Kafka lost events',
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
];
