import type { EventType, Source } from '@rentalbook/event-contracts';

/** Services by their name in metrics, images and process titles. */
export const SERVICES = ['router', 'book', 'reserve', 'rental', 'mypage'] as const;
export type ServiceName = (typeof SERVICES)[number];
export const SUBGRAPHS = ['book', 'reserve', 'rental', 'mypage'] as const satisfies readonly ServiceName[];
/** Services that decide commands and publish events. */
export const OWNERS = ['book', 'reserve', 'rental'] as const satisfies readonly ServiceName[];

/** Stands for any value that is not among those of its label, so that no caller can make a time series. */
export const OTHER = 'other';

export const SOURCES = ['book', 'reserve', 'rental'] as const satisfies readonly Source[];
/** How a request ended: "ok", the code of its first error, or "abandoned" when its client was gone. */
export const REQUEST_OUTCOMES = [
  'ok',
  'abandoned',
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'UNAVAILABLE',
  'OVERLOADED',
  'INTERNAL_SERVER_ERROR',
  'BAD_REQUEST',
  'GRAPHQL_VALIDATION_FAILED',
  'GRAPHQL_PARSE_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_NOT_IN_LIST',
] as const;
/** "none": the request was refused before its operation was known. */
export const OPERATION_KINDS = ['query', 'mutation', 'subscription', 'none'] as const;
export const REFUSAL_KINDS = ['budget', 'shed', 'queue_full', 'queue_time', 'abandoned'] as const;
export const DEAD_LETTER_CAUSES = ['malformed', 'forged', 'undecodable', 'gap', 'failing', 'behind'] as const;
/** The topic is gone, or ends before what was seen of it; a database is gone, or new beside a consumer group that has read. */
export const ENGINE_LOSSES = ['topic_missing', 'topic_behind', 'database_missing', 'database_new'] as const;
export const SPAN_DROPS = ['queue_full', 'not_taken'] as const;
export const RELAY_FAILURES = ['away', 'postponed', 'unsendable'] as const;
export const COMMANDS = [
  'AddBook',
  'AddCopies',
  'WithdrawCopy',
  'ReserveBook',
  'CancelReservation',
  'TakeBack',
  'RentBook',
  'ReturnBook',
] as const;
/** "unavailable": an engine was away; "failed": any other error. */
export const COMMAND_OUTCOMES = ['accepted', 'refused', 'unavailable', 'failed'] as const;
export const CALL_OUTCOMES = ['answered', 'unavailable', 'abandoned'] as const;
export const PUBLISH_OUTCOMES = ['acknowledged', 'refused', 'partition_away', 'unsent'] as const;
export const CONSUME_OUTCOMES = ['applied', 'failed'] as const;
export const SAGA_ENDS = ['Loaned', 'Rejected'] as const satisfies readonly EventType[];
export const CACHES = ['documents', 'plans', 'persisted_queries', 'tokens', 'parts', 'answers'] as const;
/** Whose answer it is: a subgraph's, or a whole one. */
export const CACHE_TARGETS = [...SUBGRAPHS, 'answer'] as const;
/** All of it was stored, a part or nothing; the fence did not let it be stored; the cache was not used. */
export const CACHE_RESULTS = ['hit', 'part', 'miss', 'fenced', 'bypassed'] as const;
export const POOL_STATES = ['in_use', 'waiting'] as const;
export const CALL_STATES = ['running', 'queued'] as const;
export const CERTIFICATES = ['kafka_ca', 'kafka_client', 'mongo_ca', 'mongo_client'] as const;
