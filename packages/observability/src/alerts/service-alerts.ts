import { SERVICES } from '../metrics/label-values';
import type { Alert } from './alert';

const JOB = 'job="rentalbook"';

/** What happens to processes, and to what they share. */
export const serviceAlerts: readonly Alert[] = [
  {
    name: 'RentalbookServiceDown',
    severity: 'page',
    expr: `up{${JOB}} == 0`,
    for: '1m',
    summary: '{{ $labels.instance }} does not answer',
    meaning: 'Prometheus knows a process and cannot read its metrics: it hangs, is starting, or its port is closed.',
    look: ['The pod: its state, its last lines.', 'Whether a network policy closes the port of the metrics.'],
    remedy: [
      'kubectl -n rentalbook get pods -o wide',
      'kubectl -n rentalbook logs POD --previous --tail=50',
      'kubectl -n rentalbook delete pod POD',
    ],
    test: {
      series: { [`up{${JOB},instance="x:9464"}`]: { healthy: { is: 1 }, faulty: { is: 0 } } },
      firesWithin: 2,
      clearsWithin: 1,
      labels: { job: 'rentalbook', instance: 'x:9464' },
      summary: 'x:9464 does not answer',
    },
  },
  {
    name: 'RentalbookServiceMissing',
    severity: 'page',
    expr: SERVICES.map((service) => `absent(process_start_time_seconds{service="${service}"})`).join(' or '),
    for: '2m',
    summary: 'There is no process of {{ $labels.service }}',
    meaning: 'No replica of the service is known to Prometheus: readers get partial answers, or none.',
    look: ['Whether the Deployment has replicas, and why its pods do not start.'],
    remedy: [
      'kubectl -n rentalbook describe deployment/SERVICE',
      'kubectl -n rentalbook get events --sort-by=.lastTimestamp | tail -20',
    ],
    test: {
      series: Object.fromEntries(
        SERVICES.map((service) => [
          `process_start_time_seconds{${JOB},service="${service}"}`,
          { healthy: { is: 1 }, faulty: service === 'rental' ? 'absent' : { is: 1 } },
        ]),
      ),
      firesWithin: 9,
      clearsWithin: 1,
      labels: { service: 'rental' },
      summary: 'There is no process of rental',
    },
  },
  {
    name: 'RentalbookServiceRestarts',
    severity: 'ticket',
    expr: `sum by (service) (changes(process_start_time_seconds{${JOB}}[15m])) > 2`,
    summary: '{{ $labels.service }} was restarted {{ $value }} times in 15 minutes',
    meaning: 'The process ends again and again: a bug in a handler, memory, or a probe that fails.',
    look: ['The last lines of the container before it ended, and its reason.'],
    remedy: [
      'kubectl -n rentalbook get pods    # RESTARTS',
      'kubectl -n rentalbook logs POD --previous --tail=50',
      'kubectl -n rentalbook describe pod POD | grep -A5 "Last State"',
    ],
    test: {
      series: {
        [`process_start_time_seconds{${JOB},service="book",instance="x"}`]: {
          healthy: { perMinute: 0 },
          faulty: { perMinute: 60 },
        },
      },
      firesWithin: 4,
      clearsWithin: 16,
      labels: { service: 'book' },
      summary: 'book was restarted 5 times in 15 minutes',
    },
  },
  {
    name: 'RentalbookEventLoopLag',
    severity: 'ticket',
    expr: 'max by (service) (rentalbook_event_loop_delay_seconds) > 0.2',
    for: '10m',
    summary: 'The event loop of {{ $labels.service }} is {{ $value | humanizeDuration }} late',
    meaning: 'The process has more to do than its processor can: each request and each probe waits.',
    look: ['Dashboard of the service: processor time, requests, and the collection of garbage.'],
    remedy: ['kubectl -n rentalbook top pods', 'kubectl -n rentalbook scale deployment/SERVICE --replicas=3'],
    test: {
      series: {
        'rentalbook_event_loop_delay_seconds{service="router"}': { healthy: { is: 0.02 }, faulty: { is: 0.5 } },
      },
      firesWithin: 11,
      clearsWithin: 3,
      labels: { service: 'router' },
      summary: 'The event loop of router is 500ms late',
    },
  },
  {
    name: 'RentalbookPoolExhausted',
    severity: 'ticket',
    expr: 'max by (service) (min_over_time(rentalbook_mongo_pool_connections{state="waiting"}[5m])) > 0',
    for: '5m',
    summary: 'Operations of {{ $labels.service }} wait for a connection to MongoDB',
    meaning:
      'All connections of the pool are in use all the time: MongoDB is slow, or the service has too few replicas.',
    look: [
      'Dashboard of the service: duration of commands and of applied events.',
      'MongoDB: slow operations, its disk.',
    ],
    remedy: ['kubectl -n rentalbook top pods', 'kubectl -n rentalbook scale deployment/SERVICE --replicas=3'],
    test: {
      series: {
        'rentalbook_mongo_pool_connections{service="reserve",state="waiting"}': {
          healthy: { is: 0 },
          faulty: { is: 12 },
        },
      },
      firesWithin: 11,
      clearsWithin: 2,
      labels: { service: 'reserve' },
      summary: 'Operations of reserve wait for a connection to MongoDB',
    },
  },
  {
    name: 'RentalbookLargeDocument',
    severity: 'ticket',
    expr: 'histogram_quantile(1, sum by (service, le) (increase(rentalbook_document_bytes_bucket[1h]))) > 4194304',
    summary: 'A document of {{ $labels.service }} is larger than 4 MiB',
    meaning: 'MongoDB takes documents of 16 MiB at most; a book that grows on refuses commands then.',
    look: ['The largest document: its queue, its outbox, its copies.'],
    remedy: [
      'mongosh MONGO_URL --eval "db.aggregates.aggregate([{\\$project:{n:{\\$bsonSize:\'\\$\\$ROOT\'}}},{\\$sort:{n:-1}},{\\$limit:3}])"',
    ],
    test: {
      series: {
        'rentalbook_document_bytes_bucket{service="reserve",le="4194304"}': {
          healthy: { perMinute: 5 },
          faulty: { perMinute: 5 },
        },
        ...Object.fromEntries(
          ['16777216', '+Inf'].map((le) => [
            `rentalbook_document_bytes_bucket{service="reserve",le="${le}"}`,
            { healthy: { perMinute: 5 }, faulty: { perMinute: 6 } },
          ]),
        ),
      },
      firesWithin: 3,
      clearsWithin: 63,
      labels: { service: 'reserve' },
      summary: 'A document of reserve is larger than 4 MiB',
    },
  },
  {
    name: 'RentalbookDiskFills',
    severity: 'page',
    expr: 'kubelet_volume_stats_available_bytes{namespace="rentalbook"} / kubelet_volume_stats_capacity_bytes{namespace="rentalbook"} < 0.1',
    for: '5m',
    summary: 'The volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} left',
    meaning: 'MongoDB and Kafka stop taking writes when their disk is full: commands fail, and reads go on.',
    look: [
      'Which volume, and what grew: retention of the topic, the event logs of the services, a backup beside the data.',
    ],
    remedy: [
      'kubectl -n rentalbook get pvc',
      'kubectl -n rentalbook patch pvc CLAIM -p \'{"spec":{"resources":{"requests":{"storage":"20Gi"}}}}\'',
    ],
    test: {
      series: {
        'kubelet_volume_stats_available_bytes{namespace="rentalbook",persistentvolumeclaim="data-mongo-0"}': {
          healthy: { is: 50 },
          faulty: { is: 4 },
        },
        'kubelet_volume_stats_capacity_bytes{namespace="rentalbook",persistentvolumeclaim="data-mongo-0"}': {
          healthy: { is: 100 },
          faulty: { is: 100 },
        },
      },
      firesWithin: 6,
      clearsWithin: 1,
      labels: { namespace: 'rentalbook', persistentvolumeclaim: 'data-mongo-0' },
      summary: 'The volume data-mongo-0 has 4% left',
    },
  },
];
