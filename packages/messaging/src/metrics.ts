/** What a consumer and a relay count. */
export type Counted =
  | 'events_handled'
  | 'event_retries'
  | 'handler_failures'
  | 'stream_gaps'
  | 'stream_conflicts'
  | 'unsigned_events'
  | 'dead_letters'
  | 'events_sent'
  | 'relay_failures';

/** What can be asked for at any time. */
export type Measured =
  'consumer_lag_messages' | 'parked_keys' | 'outbox_documents' | 'outbox_oldest_age_seconds' | 'parked_outboxes';

/** The part of a metrics registry that this package and the store need. */
export interface Metrics {
  count(what: Counted, labels: Readonly<Record<string, string>>, by?: number): void;
  /** `read` is called whenever somebody collects the numbers. */
  gauge(what: Measured, read: () => Promise<number> | number): void;
}

/** For those who measure nothing. */
export const unmeasured: Metrics = { count: () => undefined, gauge: () => undefined };
