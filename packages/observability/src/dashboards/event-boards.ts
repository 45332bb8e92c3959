import { levels, percentiles, rates, RATE, type Board } from './panel';

const saga: Board = {
  uid: 'rentalbook-saga',
  title: 'rentalbook: Renting, as a saga',
  description: 'From the request to rent to the loan: Rental asks, Reserve decides, Rental lends.',
  rows: [
    {
      title: 'The whole',
      panels: [
        percentiles({ title: 'From request to end', description: 'By how it ended.' }, 'rentalbook_rent_saga_seconds', [
          'end',
        ]),
        rates({ title: 'Ends', description: 'Loaned or rejected.' }, 'rentalbook_rent_saga_seconds_count', ['end']),
      ],
    },
    {
      title: 'Its steps',
      panels: [
        percentiles(
          { title: 'Commands', description: 'From arrival until what they came to is written.' },
          'rentalbook_command_duration_seconds{command=~"RentBook|ReturnBook|ReserveBook|TakeBack"}',
          ['command'],
        ),
        rates(
          { title: 'Commands by outcome', description: 'Refused: by a rule of the library.' },
          'rentalbook_command_duration_seconds_count',
          ['command', 'outcome'],
        ),
        percentiles(
          { title: 'Decided to published', description: 'Outbox and Kafka.' },
          'rentalbook_decided_to_published_seconds',
          ['service'],
        ),
        percentiles(
          { title: 'Published to applied', description: 'By consumer and source.' },
          'rentalbook_published_to_applied_seconds{service=~"reserve|rental"}',
          ['service', 'source'],
        ),
      ],
    },
  ],
};

const freshness: Board = {
  uid: 'rentalbook-freshness',
  title: 'rentalbook: MyPage freshness',
  description: 'How soon a member sees what happened, and which hop takes the time.',
  rows: [
    {
      title: 'The whole',
      panels: [
        percentiles(
          { title: 'Decided to applied', description: 'By the source of the event; the objective is 2.5 s.' },
          'rentalbook_decided_to_applied_seconds{service="mypage"}',
          ['source'],
        ),
        {
          title: 'Shown within 2.5 s',
          kind: 'graph',
          unit: 'percentunit',
          description: 'The part of events; the objective is 99 %.',
          queries: [
            {
              expr: `sum by (source) (rate(rentalbook_decided_to_applied_seconds_bucket{service="mypage",le="2.5"}[${RATE}])) / sum by (source) (rate(rentalbook_decided_to_applied_seconds_count{service="mypage"}[${RATE}]))`,
              legend: '{{source}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Hop by hop',
      panels: [
        percentiles(
          { title: 'Decided to published', description: 'Outbox and Kafka.' },
          'rentalbook_decided_to_published_seconds',
          ['service'],
        ),
        percentiles(
          { title: 'Published to applied', description: 'Kafka and the consumer.' },
          'rentalbook_published_to_applied_seconds{service="mypage"}',
          ['source'],
        ),
        percentiles(
          { title: 'Applying', description: 'Events of one key that came together.' },
          'rentalbook_consume_duration_seconds{service="mypage"}',
          ['outcome'],
        ),
        levels(
          { title: 'Lag', description: 'Messages that are not read yet.' },
          'rentalbook_consumer_lag_messages{service="mypage"}',
          ['instance'],
          'short',
        ),
      ],
    },
  ],
};

const kafka: Board = {
  uid: 'rentalbook-kafka',
  title: 'rentalbook: Kafka and outbox',
  description: 'Whether events leave, arrive and take effect.',
  rows: [
    {
      title: 'Outbox',
      panels: [
        levels(
          { title: 'Age of the oldest unsent event', description: 'The same in all replicas.' },
          'rentalbook_outbox_oldest_age_seconds',
          ['service'],
          's',
        ),
        levels(
          { title: 'Books with unsent events', description: 'The same in all replicas.' },
          'rentalbook_outbox_documents',
          ['service'],
          'short',
        ),
        rates({ title: 'Events sent', description: 'Acknowledged by Kafka.' }, 'rentalbook_events_sent_total', [
          'service',
        ]),
        rates(
          { title: 'Failures of the relay', description: 'Any "unsendable" is an alarm.' },
          'rentalbook_relay_failures_total',
          ['service', 'kind'],
        ),
        percentiles(
          { title: 'Publishing', description: 'One batch of the outbox.' },
          'rentalbook_publish_duration_seconds',
          ['service', 'outcome'],
        ),
      ],
    },
    {
      title: 'Consumers',
      panels: [
        rates(
          { title: 'Events handled', description: 'They took effect or were repeats.' },
          'rentalbook_events_handled_total',
          ['service', 'source'],
        ),
        levels(
          { title: 'Lag', description: 'Messages that are not read yet.' },
          'rentalbook_consumer_lag_messages',
          ['service'],
          'short',
        ),
        rates({ title: 'Retries', description: 'An engine was away.' }, 'rentalbook_event_retries_total', ['service']),
        rates(
          { title: 'Restarts of consumers', description: 'Inside their process.' },
          'rentalbook_consumer_restarts_total',
          ['service'],
        ),
      ],
    },
    {
      title: 'What was not applied',
      panels: [
        rates({ title: 'Dead letters', description: 'By cause.' }, 'rentalbook_dead_letters_total', [
          'service',
          'cause',
        ]),
        rates({ title: 'Gaps', description: 'Any is an alarm.' }, 'rentalbook_stream_gaps_total', [
          'service',
          'source',
        ]),
        rates({ title: 'Conflicts', description: 'Any is an alarm.' }, 'rentalbook_stream_conflicts_total', [
          'service',
          'source',
        ]),
        levels(
          { title: 'Blocked keys', description: 'Any is an alarm.' },
          'rentalbook_parked_keys',
          ['service'],
          'short',
        ),
      ],
    },
  ],
};

/** What happens to events on their way. */
export const eventBoards: readonly Board[] = [saga, freshness, kafka];
