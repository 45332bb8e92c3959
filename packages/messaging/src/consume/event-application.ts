import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { inSharedSpans, messagePart } from '@rentalbook/tracing';
import type { ConsumedEvent } from './consumed-event';
import { crashPoint } from '../crash-points/crash-point';
import type { SubscriberOptions } from './subscriber-options';

/** Calls `handle` for consecutive events of one key, in the traces of their publishers, and measures it. */
export function createEventApplication(
  options: Pick<SubscriberOptions, 'groupId' | 'topic' | 'metrics' | 'log' | 'handle'>,
): (run: readonly ConsumedEvent[]) => Promise<void> {
  const { groupId, topic, metrics, log } = options;

  const timed = async <Result>(work: () => Promise<Result>, traceparent: string | undefined): Promise<Result> => {
    const end = metrics.startTimer('consume_duration_seconds');
    let outcome = 'failed';
    try {
      const result = await work();
      outcome = 'applied';
      return result;
    } finally {
      end({ outcome }, traceparent);
    }
  };

  const measure = ({ event: { source, timestamp }, unsigned, publishedAt, traceparent }: ConsumedEvent): void => {
    metrics.count('events_handled', { source });
    if (unsigned) metrics.count('unsigned_events', { source });
    if (publishedAt === undefined) return;
    metrics.observeSince('published_to_applied_seconds', { source }, publishedAt, traceparent);
    metrics.observeSince('decided_to_applied_seconds', { source }, timestamp, traceparent);
  };

  /** Events that follow from an event continue its trace below the span of its handling. */
  const handle = (run: readonly ConsumedEvent[]): Promise<readonly RentalbookEvent[]> => {
    const more = { 'messaging.consumer.group.name': groupId, 'messaging.batch.message_count': run.length };
    return inSharedSpans(
      () => run.map(({ event, traceparent }) => messagePart('process', topic, event, traceparent, more)),
      (ownTraceparent) =>
        options.handle(
          run.map((message, index) => {
            const traceparent = ownTraceparent(index);
            return traceparent === undefined ? message : { ...message, traceparent };
          }),
        ),
    );
  };

  return async (run) => {
    crashPoint('consumer.before-apply');
    const conflicting = await timed(() => handle(run), run[0]?.traceparent);
    crashPoint('consumer.after-apply');
    for (const one of run) measure(one);
    for (const { source, key, sequence, id, eventType } of conflicting) {
      metrics.count('stream_conflicts', { source });
      log.error(
        { source, key, sequence, id, eventType },
        'an event was not applied: another one of its source has its number; the source lost events, or did not publish this one',
      );
    }
  };
}
