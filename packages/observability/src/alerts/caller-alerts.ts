import type { Alert } from './alert';

/** Saturation between callers, the router and the subgraphs. */
export const callerAlerts: readonly Alert[] = [
  {
    name: 'RentalbookCallersLimited',
    severity: 'ticket',
    expr: 'sum by (kind) (rate(rentalbook_refusals_total{kind=~"budget|shed|queue_full|queue_time"}[5m])) > 0.1',
    for: '15m',
    summary: 'Requests have been refused for 15 minutes ({{ $labels.kind }})',
    meaning:
      'A caller asks for more than a share for a long time, and is refused; others are not. A client has a loop, or legitimate callers have outgrown their budget.',
    look: [
      'Dashboard "Overview": refusals by kind, and the queue.',
      'The log of the router: refused requests, with their trace; the address is in the log of the entrance.',
    ],
    remedy: [
      'kubectl -n rentalbook logs deployment/gateway --since=15m | grep "a request was refused"',
      'kubectl -n rentalbook set env deployment/gateway MEMBER_BUDGET=N    # after reading docs/settings.md',
    ],
    test: {
      series: {
        'rentalbook_refusals_total{service="router",kind="shed"}': {
          healthy: { perMinute: 0 },
          faulty: { perMinute: 60 },
        },
      },
      firesWithin: 17,
      clearsWithin: 6,
      labels: { kind: 'shed' },
      summary: 'Requests have been refused for 15 minutes (shed)',
    },
  },
  {
    name: 'RentalbookQueueSlow',
    severity: 'ticket',
    expr: 'max by (service) (min_over_time(rentalbook_queue_oldest_wait_seconds[5m])) > 0.25',
    for: '5m',
    summary: 'Requests wait for more than 0.25 s for their turn in the router',
    meaning: 'The router has more operations than it carries out at once, all the time.',
    look: ['Whether one caller sends them (refusals by kind) or all; whether a subgraph is slow.'],
    remedy: ['kubectl -n rentalbook scale deployment/gateway --replicas=3'],
    test: {
      series: {
        'rentalbook_queue_oldest_wait_seconds{service="router"}': { healthy: { is: 0 }, faulty: { is: 0.8 } },
      },
      firesWithin: 11,
      clearsWithin: 2,
      labels: { service: 'router' },
      summary: 'Requests wait for more than 0.25 s for their turn in the router',
    },
  },
  {
    name: 'RentalbookBulkheadFull',
    severity: 'ticket',
    expr: 'max by (target) (min_over_time(rentalbook_subgraph_calls{state="queued"}[2m])) > 0',
    for: '3m',
    summary: 'Calls to {{ $labels.target }} wait for room',
    meaning: 'A hundred calls to the subgraph are under way all the time: it is slow, and others wait behind them.',
    look: ['Dashboard of the subgraph: its event loop, its pool, its slowest commands.'],
    remedy: ['kubectl -n rentalbook scale deployment/TARGET --replicas=3'],
    test: {
      series: {
        'rentalbook_subgraph_calls{service="router",target="mypage",state="queued"}': {
          healthy: { is: 0 },
          faulty: { is: 40 },
        },
      },
      firesWithin: 6,
      clearsWithin: 2,
      labels: { target: 'mypage' },
      summary: 'Calls to mypage wait for room',
    },
  },
  {
    name: 'RentalbookCircuitOpen',
    severity: 'page',
    expr: 'max by (service, target) (avg_over_time(rentalbook_circuit_open[5m])) > 0.5',
    for: '2m',
    summary: '{{ $labels.service }} answers for {{ $labels.target }}, which fails',
    meaning:
      'Calls to the subgraph fail so often that they are not made: what comes from it is missing in each answer.',
    look: ['The pods of the subgraph, and why its calls fail: dashboard "Overview", calls by outcome.'],
    remedy: [
      'kubectl -n rentalbook get pods -l app=TARGET',
      'kubectl -n rentalbook logs deployment/TARGET --since=10m',
    ],
    test: {
      series: {
        'rentalbook_circuit_open{service="router",target="rental"}': { healthy: { is: 0 }, faulty: { is: 1 } },
      },
      firesWithin: 6,
      clearsWithin: 5,
      labels: { service: 'router', target: 'rental' },
      summary: 'router answers for rental, which fails',
    },
  },
];
