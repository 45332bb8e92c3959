import type { Description } from './description';
import {
  DEAD_LETTER_CAUSES,
  ENGINE_LOSSES,
  OWNERS,
  REFUSAL_KINDS,
  RELAY_FAILURES,
  REQUEST_OUTCOMES,
  SERVICES,
  SOURCES,
  SPAN_DROPS,
  SUBGRAPHS,
} from './label-values';

/** Each is exposed as `rentalbook_<name>_total`. */
export const counters = {
  requests: {
    help: 'GraphQL requests by outcome: ok, the code of the first error, or abandoned.',
    unit: 'count',
    labels: { outcome: REQUEST_OUTCOMES },
    exposedBy: SERVICES,
  },
  ignored_consistency_tokens: {
    help: 'Consistency tokens that no mutation returned: forged, cut, or of an old key.',
    unit: 'count',
    labels: {},
    exposedBy: SUBGRAPHS,
  },
  refusals: {
    help: 'Requests refused beyond a share of their caller (budget, shed, queue_full, queue_time), or abandoned by their client before their turn.',
    unit: 'count',
    labels: { kind: REFUSAL_KINDS },
    exposedBy: ['router'],
  },
  events_handled: {
    help: 'Consumed events that took effect or were repeats.',
    unit: 'count',
    labels: { source: SOURCES },
    exposedBy: SUBGRAPHS,
  },
  event_retries: {
    help: 'Attempts to apply an event that were repeated because an engine was away.',
    unit: 'count',
    labels: {},
    exposedBy: SUBGRAPHS,
  },
  handler_failures: {
    help: 'Failures of an event handler that waiting does not heal: a bug.',
    unit: 'count',
    labels: {},
    exposedBy: SUBGRAPHS,
    alarm: true,
  },
  engine_losses: {
    help: 'Times that Kafka was found without the topic or with an older one, or MongoDB without the database or with a new one.',
    unit: 'count',
    labels: { kind: ENGINE_LOSSES },
    exposedBy: SUBGRAPHS,
    alarm: true,
  },
  consumer_restarts: {
    help: 'Restarts of the Kafka consumer inside its process, after an error that its client takes for passing.',
    unit: 'count',
    labels: {},
    exposedBy: SUBGRAPHS,
  },
  stream_gaps: {
    help: 'Events that came too early: something of the stream of their source is missing.',
    unit: 'count',
    labels: { source: SOURCES },
    exposedBy: SUBGRAPHS,
    alarm: true,
  },
  stream_conflicts: {
    help: 'Events that were not applied, because another event of their source has their number.',
    unit: 'count',
    labels: { source: SOURCES },
    exposedBy: SUBGRAPHS,
    alarm: true,
  },
  unsigned_events: {
    help: 'Events without a signature that were applied all the same.',
    unit: 'count',
    labels: { source: SOURCES },
    exposedBy: SUBGRAPHS,
  },
  dead_letters: {
    help: 'Messages that were written to the dead-letter topic.',
    unit: 'count',
    labels: { cause: DEAD_LETTER_CAUSES },
    exposedBy: SUBGRAPHS,
    alarm: true,
  },
  events_sent: {
    help: 'Events that Kafka acknowledged.',
    unit: 'count',
    labels: {},
    exposedBy: OWNERS,
  },
  spans_dropped: {
    help: 'Spans of traces that were not sent: the queue was full, or the collector did not take them.',
    unit: 'count',
    labels: { reason: SPAN_DROPS },
    exposedBy: SERVICES,
  },
  relay_failures: {
    help: 'Failures of the outbox relay: an engine was away, one book was postponed, or an event is unsendable (alarm).',
    unit: 'count',
    labels: { kind: RELAY_FAILURES },
    exposedBy: OWNERS,
  },
} as const satisfies Record<string, Description>;
