import type { OutboxEntry } from '@rentalbook/aggregate-store';
import { sources, sourcesOf, type EventType, type Source } from '@rentalbook/event-contracts';
import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import { catalogueBook } from '../../../../subgraphs/book/src/domain/catalogue-book';
import { bookRentals } from '../../../../subgraphs/rental/src/domain/book-rentals';
import { bookCirculation } from '../../../../subgraphs/reserve/src/domain/book-circulation';
import type { SubgraphName } from '../../../services';

const deciders: readonly { readonly source: Source; readonly handles: readonly EventType[] }[] = [
  catalogueBook,
  bookCirculation,
  bookRentals,
];

/** The services that apply events of a source: each has a checkpoint in its document of the book, and MyPage in its positions. */
const followersOf = (source: Source): readonly Source[] =>
  deciders.filter(({ handles }) => sourcesOf(handles).includes(source)).map((decider) => decider.source);

interface Aggregate {
  readonly _id: string;
  readonly sequence: number;
  readonly outbox: readonly OutboxEntry[];
  readonly pendingSince?: Date;
  readonly seen: Readonly<Record<string, number>>;
}
interface Logged {
  readonly _id: string;
  readonly event: OutboxEntry['event'];
}

const VERSION_POINTERS = 'mypage_versions';

/** The checkpoint that a follower has of the stream of a source, for each book. */
async function checkpointsOf(database: Db, source: string): Promise<ReadonlyMap<string, number>> {
  const checkpoints = new Map<string, number>();
  for await (const { _id, seen } of database.collection<Aggregate>('aggregates').find({}, { projection: { seen: 1 } }))
    checkpoints.set(_id, seen[source] ?? 0);
  return checkpoints;
}

async function positionsOfMyPage(database: Db, source: string): Promise<ReadonlyMap<string, number>> {
  const pointer = await database.collection<{ _id: string; active: number }>(VERSION_POINTERS).findOne();
  const version = pointer?.active ?? 0;
  const name = version === 0 ? 'mypage_positions' : `mypage_v${String(version)}_positions`;
  const beginning = `${source}/`;
  const positions = new Map<string, number>();
  for await (const { _id, seq } of database.collection<{ _id: string; seq: number }>(name).find())
    if (_id.startsWith(beginning)) positions.set(_id.slice(beginning.length), seq);
  return positions;
}

/** A trace of its own: that of the decision is not stored with the event. */
const newTraceparent = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;

/** The events of a stream after a place, from the log of its service. */
async function loggedAfter(database: Db, key: string, after: number, through: number): Promise<OutboxEntry[]> {
  const idOf = (seq: number): string => `${key}/${String(seq).padStart(12, '0')}`;
  const found = await database
    .collection<Logged>('events')
    .find({ _id: { $gt: idOf(after), $lte: idOf(through) } })
    .sort({ _id: 1 })
    .toArray();
  return found.map(({ _id, event }) => ({
    seq: Number(_id.slice(key.length + 1)),
    event,
    traceparent: newTraceparent(),
  }));
}

/**
 * Puts the events that were acknowledged by Kafka, and that a follower had not consumed at the moment of the backup, back into the outboxes, from which
 * the relays of the services send them, with their own signatures. Resolves to how many they are.
 */
export async function sendAgain(databaseOf: (service: SubgraphName) => Db): Promise<number> {
  let count = 0;
  for (const source of sources) {
    const checkpoints = [
      ...(await Promise.all(followersOf(source).map((follower) => checkpointsOf(databaseOf(follower), source)))),
      await positionsOfMyPage(databaseOf('mypage'), source),
    ];
    const database = databaseOf(source);
    const aggregates = database.collection<Aggregate>('aggregates');
    for await (const { _id, sequence, outbox, pendingSince } of aggregates.find(
      {},
      { projection: { sequence: 1, outbox: 1, pendingSince: 1 } },
    )) {
      const published = (outbox[0]?.seq ?? sequence + 1) - 1;
      const consumed = Math.min(...checkpoints.map((checkpoint) => checkpoint.get(_id) ?? 0));
      if (consumed >= published) continue;
      const missing = await loggedAfter(database, _id, consumed, published);
      count += missing.length;
      await aggregates.updateOne(
        { _id },
        { $set: { outbox: [...missing, ...outbox], pendingSince: pendingSince ?? new Date() } },
      );
    }
  }
  return count;
}
