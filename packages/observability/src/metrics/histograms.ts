import type { Description } from './description';
import {
  CALL_OUTCOMES,
  COMMAND_OUTCOMES,
  COMMANDS,
  CONSUME_OUTCOMES,
  OPERATION_KINDS,
  OWNERS,
  PUBLISH_OUTCOMES,
  REQUEST_OUTCOMES,
  SAGA_ENDS,
  SERVICES,
  SOURCES,
  SUBGRAPHS,
} from './label-values';

/** Seconds, for what a caller waits for: 0.5 is the objective of reads. */
const ANSWER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
/** Seconds, for the way of an event: 2.5 is the objective of MyPage's freshness. Prometheus 3 writes `le="2.0"` for 2. */
const HOP_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300] as const;
/** MongoDB takes documents of 16 MiB. */
const DOCUMENT_BYTES = [1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216] as const;

/** Each is exposed as `rentalbook_<name>`, with exemplars that name a trace. */
export const histograms = {
  request_duration_seconds: {
    help: 'GraphQL requests, in the router with their wait in its queue.',
    unit: 'seconds',
    labels: { operation: OPERATION_KINDS, outcome: REQUEST_OUTCOMES },
    exposedBy: SERVICES,
    buckets: ANSWER_SECONDS,
  },
  command_duration_seconds: {
    help: 'Commands, from their arrival until what they came to is written.',
    unit: 'seconds',
    labels: { command: COMMANDS, outcome: COMMAND_OUTCOMES },
    exposedBy: OWNERS,
    buckets: ANSWER_SECONDS,
  },
  subgraph_call_duration_seconds: {
    help: 'Calls of the router to a subgraph, with their repeats and their wait for room.',
    unit: 'seconds',
    labels: { target: SUBGRAPHS, outcome: CALL_OUTCOMES },
    exposedBy: ['router'],
    buckets: ANSWER_SECONDS,
  },
  publish_duration_seconds: {
    help: 'Sending one batch of the outbox to Kafka, until all in-sync replicas have it.',
    unit: 'seconds',
    labels: { outcome: PUBLISH_OUTCOMES },
    exposedBy: OWNERS,
    buckets: ANSWER_SECONDS,
  },
  consume_duration_seconds: {
    help: 'Applying consumed events of one key that came together.',
    unit: 'seconds',
    labels: { outcome: CONSUME_OUTCOMES },
    exposedBy: SUBGRAPHS,
    buckets: ANSWER_SECONDS,
  },
  decided_to_published_seconds: {
    help: 'From the decision about an event until Kafka acknowledged it.',
    unit: 'seconds',
    labels: {},
    exposedBy: OWNERS,
    buckets: HOP_SECONDS,
  },
  published_to_applied_seconds: {
    help: 'From the sending of an event to Kafka until this service applied it; replayed dead letters are left out.',
    unit: 'seconds',
    labels: { source: SOURCES },
    exposedBy: SUBGRAPHS,
    buckets: HOP_SECONDS,
  },
  decided_to_applied_seconds: {
    help: 'From the decision about an event until this service applied it; replayed dead letters are left out.',
    unit: 'seconds',
    labels: { source: SOURCES },
    exposedBy: SUBGRAPHS,
    buckets: HOP_SECONDS,
  },
  rent_saga_seconds: {
    help: 'From the request to rent a book until Kafka acknowledged how it ended.',
    unit: 'seconds',
    labels: { end: SAGA_ENDS },
    exposedBy: ['rental'],
    buckets: HOP_SECONDS,
  },
  document_bytes: {
    help: 'Sizes of aggregate documents as they are read before a change; one read in sixteen is measured.',
    unit: 'bytes',
    labels: {},
    exposedBy: OWNERS,
    buckets: DOCUMENT_BYTES,
  },
} as const satisfies Record<string, Description>;
