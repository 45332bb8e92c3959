import { unsigned } from '@rentalbook/messaging';
import { connectEngines } from '@rentalbook/service-kit/engines';
import { eventLogIn } from '@rentalbook/read-models';
import { connectDatabase } from '@rentalbook/mongo';
import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { createLogger } from '@rentalbook/service-kit';
import { eventually, GIVE_UP_AFTER_MS } from '@rentalbook/test-kit';
import type { Connection } from 'mongoose';
import { followActiveVersion } from '../../subgraphs/mypage/src/active-version';
import { createLag } from '../../subgraphs/mypage/src/lag';
import { collectionOf } from '../../subgraphs/mypage/src/projections/versions/read-model-version';
import { versionPointerIn } from '../../subgraphs/mypage/src/projections/versions/version-pointer';
import { rebuildPage, type RebuildOptions } from '../../subgraphs/mypage/src/rebuild/rebuild-page';
import { foldPages, type FoldedEntry } from '../conformance/page-fold';
import { messageOf, silent, TOPIC, type Engines } from './consumer-under-test';
import { owners } from '../../tools/services';
import type { Step } from '../../subgraphs/mypage/src/application/views';

interface Stored {
  readonly _id: string;
  readonly history?: Readonly<Record<string, Step>>;
}

const EVERYTHING = { after: undefined, before: undefined, limit: 10_000, backward: false };

/** One replica of MyPage, on a topic and a database of its own. */
export async function startPage(engines: Engines) {
  const connected = await connectEngines('mypage', engines.settings, silent);
  const { connection } = connected;
  const following = await followActiveVersion(
    connected,
    createLag(connected.unknownForMs),
    createLogger('mypage', 'silent'),
  );
  const said: string[] = [];
  const eventLogs = owners.map((source) => eventLogIn(connection.useDb(`rentalbook-${source}`)));

  /** The default list, and what is listed under REJECTED only. */
  const entriesOf = async (memberId: string): Promise<readonly FoldedEntry[]> => {
    const { entries } = following.page();
    const listed = await entries.slice(memberId, EVERYTHING, { history: true });
    const rejected = await entries.slice(memberId, EVERYTHING, { status: ['REJECTED'], history: true });
    const unlisted = rejected.filter(({ id }) => !listed.some((entry) => entry.id === id));
    return [...listed, ...unlisted].map((entry) => ({
      memberId,
      bookId: entry.bookId,
      reservationId: entry.reservationId,
      rentalId: entry.rentalId,
      // The log is older than every loan in it is long.
      status: entry.status === 'OVERDUE' ? 'ON_RENTAL' : entry.status,
      history: (entry.history ?? []).map(({ event }) => event),
    }));
  };

  return {
    connection,
    said,
    entriesOf,
    version: (): number => following.page().version,
    publish: (...events: readonly RentalbookEvent[]): Promise<void> =>
      engines.outside.publish(TOPIC, events.map(messageOf)),

    /** Has each service keep what it published, as its relay does. */
    async storeEventLogs(log: readonly RentalbookEvent[]): Promise<void> {
      for (const [place, source] of owners.entries())
        await eventLogs[place]?.keep(log.filter((event) => event.source === source));
    },

    /** Waits until the page is at the last event of each stream. */
    async untilLevel(log: readonly RentalbookEvent[]): Promise<void> {
      const ends = new Map(log.map((event) => [`${event.source}/${event.key}`, event]));
      for (const event of ends.values())
        await eventually(() => following.page().hasConsumed(event), { what: `event ${event.id} on the page` });
    },

    writeAsReleaseBefore: () => writeAsReleaseBefore(connection, following.page().version),

    untilVersion: (version: number): Promise<unknown> =>
      eventually(() => following.page().version === version, { what: `version ${String(version)}` }),

    /** A rebuild is a process of its own, with connections of its own. */
    async rebuild(options: Partial<RebuildOptions> = {}): Promise<void> {
      const own = await connectDatabase(engines.mongo.url, connection.name, GIVE_UP_AFTER_MS, silent);
      try {
        await rebuildPage({
          connection: own,
          brokers: engines.brokers,
          clientId: 'rebuild',
          log: silent,
          signatures: unsigned,
          topic: TOPIC,
          eventLogs,
          group: 'mypage',
          verifyOnly: false,
          acceptDifferences: false,
          patienceMs: 0,
          signal: new AbortController().signal,
          print: (line) => said.push(line),
          ...options,
        });
      } finally {
        await own.close();
      }
    },

    /** The names of everything that MyPage keeps in its database. */
    async collections(): Promise<readonly string[]> {
      return (await connection.listCollections()).map(({ name }) => name).sort();
    },
    pointer: versionPointerIn(connection).read,

    async stop(): Promise<void> {
      await following.stop();
      await connected.stopConsuming();
      await connected.close();
    },
  };
}

export type PageUnderTest = Awaited<ReturnType<typeof startPage>>;

/** Takes from each step what the release before did not store: its facts. */
async function writeAsReleaseBefore(connection: Connection, version: number): Promise<void> {
  for (const view of ['reservations', 'rentals']) {
    const documents = connection.collection<Stored>(collectionOf(version, view));
    for (const { _id, history = {} } of await documents.find().toArray()) {
      const before = Object.entries(history).map(([place, { facts: _facts, ...step }]) => [place, step]);
      await documents.updateOne({ _id }, { $set: { history: Object.fromEntries(before) } });
    }
  }
}

/** The entries of all members as the log has them, in an order of their own. */
export function foldedFor(log: readonly RentalbookEvent[], memberId: string): readonly FoldedEntry[] {
  return inOrder(foldPages(log).filter((entry) => entry.memberId === memberId));
}

export const inOrder = (entries: readonly FoldedEntry[]): readonly FoldedEntry[] =>
  [...entries].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
const idOf = ({ reservationId, rentalId }: FoldedEntry): string => rentalId ?? reservationId ?? '';
