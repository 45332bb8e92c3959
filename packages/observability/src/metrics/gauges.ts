import type { Description } from './description';
import { VERSION } from './version';
import { CACHES, CALL_STATES, CERTIFICATES, OWNERS, POOL_STATES, SERVICES, SUBGRAPHS } from './label-values';

/** Each is exposed as `rentalbook_<name>`. */
export const gauges = {
  build_info: {
    help: 'Always 1; its label names the release that the process is of.',
    unit: 'count',
    labels: { version: [VERSION] },
    exposedBy: SERVICES,
  },
  event_loop_delay_seconds: {
    help: 'By how much one callback in a hundred is late, over the last five seconds; each reader finds the same.',
    unit: 'seconds',
    labels: {},
    exposedBy: SERVICES,
  },
  consumer_lag_messages: {
    help: 'Messages of this replica’s partitions that it has not applied, of those that its last fetch or, every 5 s, the broker knows of.',
    unit: 'count',
    labels: {},
    exposedBy: SUBGRAPHS,
  },
  parked_keys: {
    help: 'Blocked keys, whose messages all become dead letters; the same number in all replicas of a service.',
    unit: 'count',
    labels: {},
    exposedBy: SUBGRAPHS,
    alarm: true,
  },
  refused_policy_values: {
    help: 'Values of the policy that do not fit, so that an older one or the default is in force.',
    unit: 'count',
    labels: {},
    exposedBy: ['reserve', 'rental'],
  },
  outbox_documents: {
    help: 'Books with events that Kafka has not acknowledged; the same number in all replicas of a service.',
    unit: 'count',
    labels: {},
    exposedBy: OWNERS,
  },
  outbox_oldest_age_seconds: {
    help: 'Age of the oldest of these; the same number in all replicas of a service.',
    unit: 'seconds',
    labels: {},
    exposedBy: OWNERS,
  },
  parked_outboxes: {
    help: 'Books whose next event Kafka refused for good; the same number in all replicas of a service.',
    unit: 'count',
    labels: {},
    exposedBy: OWNERS,
    alarm: true,
  },
  mongo_pool_connections: {
    help: 'Connections to MongoDB in use, and operations that wait for one.',
    unit: 'count',
    labels: { state: POOL_STATES },
    exposedBy: SUBGRAPHS,
  },
  certificate_expiry_timestamp_seconds: {
    help: 'When the first certificate of a file of the settings expires, in seconds since 1970; only where TLS is set up.',
    unit: 'seconds',
    labels: { certificate: CERTIFICATES },
    exposedBy: SUBGRAPHS,
  },
  token_keys_left_seconds: {
    help: 'For how long members’ tokens can still be checked if their issuer goes on not to answer; only with JWT_JWKS_URL.',
    unit: 'seconds',
    labels: {},
    exposedBy: ['router'],
  },
  cache_tail_live: {
    help: 'Whether the cache of answers knows every event that is two seconds old: 1, or 0 while it serves nothing; only with CACHE=on.',
    unit: 'count',
    labels: {},
    exposedBy: ['router'],
  },
  queue_requests: {
    help: 'Requests that wait for their turn in the router.',
    unit: 'count',
    labels: {},
    exposedBy: ['router'],
  },
  queue_oldest_wait_seconds: {
    help: 'For how long the oldest of these has waited.',
    unit: 'seconds',
    labels: {},
    exposedBy: ['router'],
  },
  subgraph_calls: {
    help: 'Calls to a subgraph that are under way, and calls that wait for room in its bulkhead.',
    unit: 'count',
    labels: { target: SUBGRAPHS, state: CALL_STATES },
    exposedBy: ['router'],
  },
  circuit_open: {
    help: '1 while the circuit breaker of the target is not closed: calls to it fail at once, but for one that tries whether it is back.',
    unit: 'count',
    labels: { target: SUBGRAPHS },
    exposedBy: ['router', 'rental'],
  },
  cache_bytes: {
    help: 'Bytes of heap that the entries of a cache of the router hold.',
    unit: 'bytes',
    labels: { cache: CACHES },
    exposedBy: ['router'],
  },
} as const satisfies Record<string, Description>;
