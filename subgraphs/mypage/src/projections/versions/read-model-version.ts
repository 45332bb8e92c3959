import { createChanges, createJointReads } from '@rentalbook/read-models';
import { createDatabaseClock } from '@rentalbook/mongo';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { ConsumedEvent } from '@rentalbook/messaging';
import { contextOf, eventAttributes, inSharedSpans } from '@rentalbook/tracing';
import type { Connection } from 'mongoose';
import { changesOf } from '../../subscriptions';
import { eventTrailIn, type TrailEvent } from '../event-trail/event-trail';
import { memberEntryModels } from '../member-entries/member-entries.model';
import { memberEntriesIn } from '../member-entries/member-entries.queries';
import { memberEntriesWriter } from '../member-entries/member-entries.store';
import { streamPositionsIn } from '../stream-positions/stream-positions';

export const views = ['reservations', 'rentals', 'positions'] as const;

/** Every version has collections of its own; those of the first bear no number. */
export const collectionOf = (version: number, view: string): string =>
  version === 0 ? `mypage_${view}` : `mypage_v${String(version)}_${view}`;

/** …and a consumer group of its own, whose committed offsets are its progress: every member of the group continues there. */
export const groupSuffixOf = (version: number): string => (version === 0 ? '' : `-v${String(version)}`);

const SOON_MS = 100;

type ProjectedEvent = TrailEvent & Partial<Pick<ConsumedEvent, 'traceparent'>>;

/**
 * One version of the read model: its collections, projections and queries. All versions share one event trail, whose dates
 * are from `now`.
 */
export function readModelVersion(connection: Connection, version: number, now: () => Date = () => new Date()) {
  const models = memberEntryModels(connection, (view) => collectionOf(version, view));
  const writer = memberEntriesWriter(models);
  const clock = createDatabaseClock(connection);
  const changes = createChanges();
  const positions = streamPositionsIn(connection, collectionOf(version, 'positions'));
  const trail = eventTrailIn(connection);
  const project = async (events: readonly ProjectedEvent[]): Promise<void> => {
    const projected = events.filter(({ discarded }) => discarded !== true);
    const entryChanges = projected.map(({ event }) => changesOf(event));
    const parts = () =>
      projected.map(({ event, traceparent }) => ({
        name: `project ${event.eventType}`,
        parent: contextOf(traceparent),
        attributes: eventAttributes(event),
      }));
    await inSharedSpans(parts, () =>
      writer.apply({
        reservations: entryChanges.flatMap(({ reservations }) => reservations),
        rentals: entryChanges.flatMap(({ rentals }) => rentals),
      }),
    );
  };
  return {
    version,
    entries: memberEntriesIn(models, createJointReads(connection), clock.now),
    trail,
    hasConsumed: positions.hasConsumed,
    async prepare(): Promise<void> {
      await Promise.all([writer.prepare(), clock.prepare(), trail.prepare()]);
    },

    /**
     * Applies events of one book in their order; a repeat changes nothing. Throws StreamGap when one is missing before.
     * Resolves to the events whose number another event has.
     */
    async consume(run: readonly ConsumedEvent[]): Promise<readonly RentalbookEvent[]> {
      const conflicting = await positions.inOrder(run, async (news) => {
        await project(news);
        // Applied from here on, and not when its application began.
        await trail.record(news, now());
      });
      const [first] = run;
      if (first)
        changes.signal(
          first.event.key,
          run.map(({ event }) => event),
        );
      return conflicting;
    },

    /** Whether the page has applied a stream position, or does within a moment: events that this replica consumes are applied at once. */
    async hasConsumedSoon(position: Parameters<typeof positions.hasConsumed>[0]): Promise<boolean> {
      const { source, key, sequence } = position;
      const poll = async (): Promise<true | undefined> => (await positions.hasConsumed(position)) || undefined;
      const isIt = (event: RentalbookEvent): boolean => event.source === source && event.sequence >= sequence;
      return (await changes.until(key, SOON_MS, poll, { concerns: isIt })) ?? false;
    },

    /**
     * Applies events, those of one stream in their order and without repeats, in one write per collection; it may be done again. Events
     * that the trail has as discarded are passed over: what they are read from need not know it. Others complete the trail.
     */
    async apply(events: readonly ProjectedEvent[]): Promise<void> {
      const recorded = await trail.recorded(events);
      const wasDiscarded = ({ event }: ProjectedEvent): boolean => recorded.get(event.id) ?? false;
      await Promise.all([
        project(events.filter((one) => !wasDiscarded(one))),
        trail.record(
          events.filter((one) => !recorded.has(one.event.id) || (one.discarded === true && !wasDiscarded(one))),
        ),
      ]);
      await positions.moveTo(events.map(({ event }) => event));
    },
  };
}

export type ReadModelVersion = ReturnType<typeof readModelVersion>;
