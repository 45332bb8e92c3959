import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { currentTraceparent, inNewTrace, keyAttribute, traceIdOf } from '@rentalbook/tracing';
import type { EventBody } from '../aggregate/event-decider';
import type { Decisions } from '../aggregate/decisions';
import { assertOutboxCapacity } from '../aggregate/document-change';
import type { createDocumentWriter, Decide } from '../aggregate/document-writer';
import { envelopeEvents, newIdAt } from '../aggregate/envelope-events';
import type { ProjectAndNotify } from '../aggregate/projection-notifier';

export interface DeadlineHandlerOptions<
  State,
  Command,
  Own extends EventBody,
  Handled extends RentalbookEvent,
  Policy,
> {
  readonly decisions: Decisions<State, Command, Own, Handled, Policy>;
  readonly writer: ReturnType<typeof createDocumentWriter<State>>;
  readonly projectAndNotify: ProjectAndNotify;
}

/** Commits the events of what expired. */
export function createDeadlineHandler<State, Command, Own extends EventBody, Handled extends RentalbookEvent, Policy>({
  decisions: { decider, contextOf, evolveAll },
  writer,
  projectAndNotify,
}: DeadlineHandlerOptions<State, Command, Own, Handled, Policy>) {
  return (key: string): Promise<void> =>
    inNewTrace('expire', { attributes: keyAttribute(key) }, async () => {
      const traceparent = currentTraceparent();
      const decide: Decide<State, undefined> = (before) => {
        const bodies = decider.expire(before.state, contextOf(before));
        if (bodies.length === 0) return Promise.resolve({ done: undefined });
        assertOutboxCapacity(before);
        const outbox = envelopeEvents(decider.source, key, before.sequence, bodies, before.now, {
          actor: decider.source,
          correlationId: traceparent === undefined ? newIdAt(before.now) : traceIdOf(traceparent),
          traceparent: traceparent ?? '',
        });
        return Promise.resolve({ result: undefined, change: { state: evolveAll(before.state, bodies), outbox } });
      };
      await projectAndNotify(key, await writer.change(key, true, decide));
    });
}
