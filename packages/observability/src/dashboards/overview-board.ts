import { objectives, recordedRatio } from '../alerts/objectives';
import { levels, number, percentiles, rates, type Board, type Panel } from './panel';

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

/** Whether readers are served. */
export const overview: Board = {
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
          'rentalbook_event_loop_delay_seconds',
          ['service'],
          's',
        ),
      ],
    },
  ],
};
