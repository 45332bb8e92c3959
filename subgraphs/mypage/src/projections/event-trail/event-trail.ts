import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { ConsumedEvent } from '@rentalbook/messaging';
import { joinCalls } from '@rentalbook/mongo';
import { keyRange, type Slice } from '@rentalbook/service-kit';
import type { Connection, mongo } from 'mongoose';
import type { TrailEntry } from '../../application/views';

/** The document of an event that is known only as the cause of another one has no more than `applied`. */
interface TrailDocument extends Omit<TrailEntry, 'id' | 'causationId' | 'publishedAt' | 'applied'> {
  readonly _id: string;
  /** An operator discarded it for MyPage, which never applies it. Missing in those of an earlier release. */
  readonly discarded?: true;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly publishedAt?: string;
  readonly applied?: Readonly<Record<string, string>>;
}

/** What is recorded of an event: a discarded one is listed, and was not applied. */
export interface TrailEvent extends Pick<ConsumedEvent, 'event' | 'discarded'> {
  /** When it was sent to Kafka, in milliseconds since the epoch. */
  readonly publishedAt?: number | undefined;
}

interface Change {
  set: Partial<TrailDocument>;
  /** The earliest of each: a repeat comes later and changes nothing. */
  readonly earliest: Record<string, string>;
}

const COLLECTION = 'mypage_trail';
const CONSUMER = 'mypage';
/** As few as of the views, so that a reader does not wait behind a rebuild. */
const WRITES_AT_ONCE = 200;

/**
 * Every event by its correlation id, for all versions of the page: facts that are only added to, in any order. A service
 * decides on an event in the write that applies it, so an event that follows from another one dates that application.
 */
export function eventTrailIn(connection: Connection) {
  const collection = connection.collection<TrailDocument>(COLLECTION);

  const write = joinCalls(async (calls: readonly (readonly mongo.AnyBulkWriteOperation<TrailDocument>[])[]) => {
    const writes = calls.flat();
    for (let done = 0; done < writes.length; done += WRITES_AT_ONCE)
      await collection.bulkWrite(writes.slice(done, done + WRITES_AT_ONCE), { ordered: false });
    return calls.map(() => undefined);
  });

  /** Records events, with `appliedAt` where MyPage has applied them just now; doing so again changes nothing. */
  const record = (events: readonly TrailEvent[], appliedAt?: Date): Promise<void> =>
    write([...changesOf(events, appliedAt?.toISOString())].map(([_id, change]) => writeOf(_id, change)));

  return {
    async prepare(): Promise<void> {
      await collection.createIndex({ correlationId: 1, order: 1 }, undefined, undefined);
    },

    record,

    /** Which of the events are recorded, by their ids, and whether as discarded. */
    async recorded(events: readonly TrailEvent[]): Promise<ReadonlyMap<string, boolean>> {
      const ids = events.map(({ event }) => event.id);
      const found = await collection
        .find({ _id: { $in: ids }, correlationId: { $exists: true } }, { projection: { discarded: 1 } })
        .toArray();
      return new Map(found.map(({ _id, discarded }) => [_id, discarded === true]));
    },

    /** Events of one correlation id, those decided first first. */
    async slice(correlationId: string, slice: Slice<string>): Promise<readonly TrailEntry[]> {
      const range = keyRange(slice, 1);
      const found = await collection
        .find({ correlationId, ...(range && { order: range }) })
        .sort({ order: slice.backward ? -1 : 1 })
        .limit(slice.limit)
        .toArray();
      return found.map(entryOf);
    },
  };
}

export type EventTrail = ReturnType<typeof eventTrailIn>;

function changesOf(events: readonly TrailEvent[], appliedAt: string | undefined): ReadonlyMap<string, Change> {
  const changes = new Map<string, Change>();
  const changeOf = (id: string): Change => {
    const change = changes.get(id) ?? { set: {}, earliest: {} };
    changes.set(id, change);
    return change;
  };
  for (const { event, discarded, publishedAt } of events) {
    const change = changeOf(event.id);
    change.set = { ...factsOf(event), ...(discarded === true && { discarded }) };
    if (publishedAt !== undefined) keepEarliest(change, 'publishedAt', new Date(publishedAt).toISOString());
    if (appliedAt !== undefined && discarded !== true) keepEarliest(change, `applied.${CONSUMER}`, appliedAt);
    if (event.causationId !== undefined)
      keepEarliest(changeOf(event.causationId), `applied.${event.source}`, event.timestamp);
  }
  return changes;
}

function keepEarliest({ earliest }: Change, field: string, instant: string): void {
  const before = earliest[field];
  if (before === undefined || instant < before) earliest[field] = instant;
}

function factsOf(event: RentalbookEvent): Partial<TrailDocument> {
  const { correlationId, causationId, eventType, source, key, sequence, timestamp } = event;
  return {
    ...{ correlationId, event: eventType, source, key, sequence, decidedAt: timestamp },
    ...(causationId !== undefined && { causationId }),
    order: `${timestamp}/${key}/${source}/${String(sequence).padStart(12, '0')}`,
  };
}

function writeOf(_id: string, { set, earliest }: Change): mongo.AnyBulkWriteOperation<TrailDocument> {
  const update = {
    ...(Object.keys(set).length > 0 && { $set: set }),
    ...(Object.keys(earliest).length > 0 && { $min: earliest }),
  };
  return { updateOne: { filter: { _id }, update, upsert: true } };
}

function entryOf({
  _id,
  causationId,
  publishedAt,
  applied = {},
  discarded: _discarded,
  ...facts
}: TrailDocument): TrailEntry {
  return {
    ...facts,
    id: _id,
    causationId: causationId ?? null,
    publishedAt: publishedAt ?? null,
    applied: Object.entries(applied)
      .map(([service, at]) => ({ service, at }))
      .sort((one, other) => (one.at < other.at ? -1 : 1)),
  };
}
