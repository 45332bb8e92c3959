import { sourcesOf, type EventType, type RentalbookEvent } from '@rentalbook/event-contracts';
import { conflictingIn, nextOf, withAppliedIds, type ConsumedEvent } from '@rentalbook/messaging';
import type { EventBody } from './event-decider';
import { reactionTo } from './command-spans';
import type { Decisions } from './decisions';
import { assertOutboxCapacity, type Change, type Loaded } from './document-change';
import type { createDocumentWriter, Decide } from './document-writer';
import { envelopeEvents } from './envelope-events';
import type { ProjectAndNotify, Projection } from './projection-notifier';

export interface EventReactorOptions<State, Command, Own extends EventBody, Handled extends RentalbookEvent, Policy> {
  readonly decisions: Decisions<State, Command, Own, Handled, Policy>;
  readonly writer: ReturnType<typeof createDocumentWriter<State>>;
  readonly project: Projection;
  readonly projectAndNotify: ProjectAndNotify;
}

/** Applies events of other services to the documents of this one, and commits what follows from them. */
export function createEventReactor<State, Command, Own extends EventBody, Handled extends RentalbookEvent, Policy>({
  decisions,
  writer,
  project,
  projectAndNotify,
}: EventReactorOptions<State, Command, Own, Handled, Policy>) {
  const { decider, contextOf, evolveAll } = decisions;
  const followed: ReadonlySet<string> = new Set(sourcesOf(decider.handles));
  const handledTypes: ReadonlySet<EventType> = new Set(decider.handles);
  const isHandled = (event: RentalbookEvent): event is Handled => handledTypes.has(event.eventType);

  type Consumption = Required<Omit<Change<State>, 'command' | 'appliedIds'>>;
  /** Applies one more consumed event to the pending change. */
  const applyConsumed = (
    change: Consumption,
    { event, traceparent, discarded }: ConsumedEvent,
    before: Loaded<State>,
  ): Consumption => {
    const seen = { ...change.seen, [event.source]: event.sequence };
    if (!isHandled(event) || discarded === true) return { ...change, seen };
    const evolved = decider.evolve(change.state, event);
    const bodies = decider.react(evolved, event, contextOf(before));
    const sequence = before.sequence + change.outbox.length;
    const outbox = envelopeEvents(decider.source, event.key, sequence, bodies, before.now, {
      actor: event.actor,
      correlationId: event.correlationId,
      causationId: event.id,
      traceparent: reactionTo(event, bodies, traceparent),
    });
    return { state: evolveAll(evolved, bodies), outbox: [...change.outbox, ...outbox], seen };
  };

  return {
    /** Whether the service consumes the stream of a source. */
    follows: (source: string): boolean => followed.has(source),

    async consume(run: readonly ConsumedEvent[]): Promise<readonly RentalbookEvent[]> {
      const concerning = run.filter(({ event }) => followed.has(event.source));
      const [first] = concerning;
      if (!first) return [];
      const { key } = first.event;
      const decide: Decide<State, readonly RentalbookEvent[]> = async (before) => {
        const news = nextOf(concerning, before.seen);
        const conflicting = conflictingIn(concerning, before.appliedIds ?? {});
        if (news.length === 0) return { done: conflicting, isRepeat: true };
        const effective = news.flatMap(({ event, discarded }) =>
          isHandled(event) && discarded !== true ? [event] : [],
        );
        if (effective.length > 0) {
          // No capacity check while an unpublishable event blocks the outbox: waiting here would stall every key of the partition.
          if (!before.unsendable) assertOutboxCapacity(before);
          // Before the checkpoints are moved, so that a crash in between repeats it; what it writes is guarded by sequence.
          await project(effective);
        }
        const unchanged: Consumption = { state: before.state, outbox: [], seen: before.seen };
        const change = news.reduce((sofar, consumed) => applyConsumed(sofar, consumed, before), unchanged);
        const appliedIds = withAppliedIds(before.appliedIds ?? {}, news);
        return { result: conflicting, change: { ...change, appliedIds } };
      };
      const written = await writer.change(key, true, decide);
      await projectAndNotify(
        key,
        written,
        concerning.map(({ event }) => event),
      );
      return written.result;
    },
  };
}
