import { objectives, recordedRatio } from '../alerts/objectives';
import { levels, number, percentiles, rates, RATE, type Board, type Panel } from './panel';

const errorPart: readonly Panel[] = objectives.map((objective) =>
  number(
    {
      title: `Errors: ${objective.name.replaceAll('_', ' ')}`,
      description: `${objective.sentence} The part that fails.`,
    },
    `sum(${recordedRatio(objective, '5m')})`,
    'percentunit',
  ),
);

const overview: Board = {
  uid: 'rentalbook-overview',
  title: 'rentalbook: Overview',
  description: 'Whether readers are served, and where it goes wrong if not.',
  rows: [
    { title: 'Objectives', panels: errorPart },
    {
      title: 'Alarms',
      panels: [
        number({ title: 'Processes that answer', description: 'Of five services.' }, 'sum(up{job="rentalbook"})'),
        number(
          { title: 'Blocked keys', description: 'Books whose messages become dead letters.' },
          'sum(max by (service) (rentalbook_parked_keys))',
        ),
        number(
          { title: 'Blocked outboxes', description: 'Books whose next event Kafka refused.' },
          'sum(max by (service) (rentalbook_parked_outboxes))',
        ),
        number(
          { title: 'Oldest unsent event', description: 'Over all services.' },
          'max(rentalbook_outbox_oldest_age_seconds)',
          's',
        ),
      ],
    },
    {
      title: 'What readers get',
      panels: [
        rates(
          { title: 'Requests', description: 'Of the router, by operation and outcome.' },
          'rentalbook_request_duration_seconds_count{service="router"}',
          ['operation', 'outcome'],
          'reqps',
        ),
        percentiles(
          { title: 'Time of requests', description: 'Of the router, with the wait in its queue.' },
          'rentalbook_request_duration_seconds{service="router"}',
          ['operation'],
        ),
        rates(
          { title: 'Refusals', description: 'Requests beyond a share of their caller.' },
          'rentalbook_refusals_total',
          ['kind'],
          'reqps',
        ),
        levels(
          { title: 'Queue of the router', description: 'Requests that wait for their turn.' },
          'rentalbook_queue_requests',
          ['service'],
          'short',
        ),
      ],
    },
    {
      title: 'Behind the router',
      panels: [
        rates(
          { title: 'Calls to subgraphs', description: 'By outcome.' },
          'rentalbook_subgraph_call_duration_seconds_count',
          ['target', 'outcome'],
          'reqps',
        ),
        percentiles(
          { title: 'Time of calls to subgraphs', description: 'With repeats, and the wait for room.' },
          'rentalbook_subgraph_call_duration_seconds',
          ['target'],
        ),
        levels(
          { title: 'Open circuit breakers', description: 'Calls that are not made, because they fail.' },
          'rentalbook_circuit_open',
          ['service', 'target'],
          'short',
        ),
        levels(
          { title: 'Event loop, 99th percentile', description: 'How late callbacks are.' },
          'nodejs_eventloop_lag_p99_seconds{job="rentalbook"}',
          ['service'],
          's',
        ),
      ],
    },
  ],
};

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

const withoutMesh = { emptyWhen: 'there is no mesh' };
const mesh: Board = {
  uid: 'rentalbook-mesh',
  title: 'rentalbook: Mesh',
  description: 'What the sidecars of Istio counted between the services.',
  rows: [
    {
      title: 'Calls',
      panels: [
        rates(
          { title: 'Calls by answer', description: 'As the sidecar of the caller saw them.', ...withoutMesh },
          'istio_requests_total',
          ['source_workload', 'destination_workload', 'response_code'],
          'reqps',
        ),
        percentiles(
          { title: 'Time of calls', description: 'As the sidecar of the caller saw it.', ...withoutMesh },
          'istio_request_duration_milliseconds',
          ['source_workload', 'destination_workload'],
          'ms',
        ),
      ],
    },
    {
      title: 'What the mesh refused',
      panels: [
        rates(
          {
            title: 'Circuit breakers and ejected replicas',
            description: 'UO: the pool overflowed; UH: no healthy replica; URX: too many attempts; UF: no connection.',
            ...withoutMesh,
          },
          'istio_requests_total{response_flags=~"UO|UH|URX|UF"}',
          ['destination_workload', 'response_flags'],
          'reqps',
        ),
        rates(
          {
            title: 'Refused by policy',
            description: 'Callers that an AuthorizationPolicy does not admit.',
            ...withoutMesh,
          },
          'istio_requests_total{response_code="403"}',
          ['source_workload', 'destination_workload'],
          'reqps',
        ),
        rates(
          { title: 'Calls without mutual TLS', description: 'There should be none.', ...withoutMesh },
          'istio_requests_total{connection_security_policy!="mutual_tls"}',
          ['source_workload', 'destination_workload'],
          'reqps',
        ),
      ],
    },
  ],
};

/** What several services do together. */
export const storyBoards: readonly Board[] = [overview, saga, freshness, kafka, mesh];
