import { connectDatabase } from '@rentalbook/mongo';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import type { Connection } from 'mongoose';
import type {
  RentalDocument,
  ReservationDocument,
} from '../../subgraphs/mypage/src/projections/member-entries/member-entries.model';
import type { MemberEntries } from '../../subgraphs/mypage/src/projections/member-entries/member-entries.queries';
import { collectionOf, readModelVersion } from '../../subgraphs/mypage/src/projections/versions/read-model-version';

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const AT = '2001-01-01T00:00:00.000Z';
const SLICE = { after: undefined, before: undefined, limit: 21, backward: false };

const origin: ReservationDocument = {
  _id: 'origin',
  memberId: 'usual',
  bookId: 'book',
  bookTitle: 'of the reservation',
  reserve: { seq: 1, status: 'FULFILLED', updatedAt: AT },
  history: { 'reserve-1': { event: 'Subscribed', statusText: 'Booking', at: AT } },
};
const checked = { seq: 1, decision: 'CHECKED', reservationId: 'origin', updatedAt: AT } as const;
const refused = { seq: 1, decision: 'REFUSED', updatedAt: AT } as const;
const rentalsOf = (memberId: string, ...decisions: readonly RentalDocument['reserve'][]): RentalDocument[] =>
  decisions.map((reserve, index) => ({
    _id: `${memberId}-${String(index).padStart(2, '0')}`,
    memberId,
    bookId: 'book',
    bookTitle: 'of the rental',
    history: { 'rental-1': { event: 'Rentaled', statusText: 'Start Rental', at: AT } },
    ...(reserve && { reserve }),
  }));

describe("what is read of a member's page", () => {
  let mongo: EmbeddedMongo;
  let connection: Connection;
  let entries: MemberEntries;
  beforeAll(async () => {
    mongo = await startEmbeddedMongo({ port: 0 });
    const seen = () => ({ monitorCommands: true });
    connection = await connectDatabase(mongo.url, 'mypage', GIVE_UP_AFTER_MS, silent, seen);
    const page = readModelVersion(connection, 0);
    await page.prepare();
    entries = page.entries;
    await connection.collection<ReservationDocument>(collectionOf(0, 'reservations')).insertOne(origin);
  });
  afterAll(async () => {
    await connection.close();
    await mongo.close();
  });

  const insert = (rentals: readonly RentalDocument[]) =>
    connection.collection<RentalDocument>(collectionOf(0, 'rentals')).insertMany(rentals);
  const commandsOf = async (read: () => Promise<unknown>): Promise<string[]> => {
    const names: string[] = [];
    const note = ({ commandName }: { readonly commandName: string }): void => void names.push(commandName);
    connection.getClient().on('commandStarted', note);
    await read().finally(() => connection.getClient().off('commandStarted', note));
    return names.sort();
  };

  it('is one command, and one more for the history where it is shown', async () => {
    await insert(rentalsOf('usual', checked, checked));
    const read = (history: boolean) => entries.slice('usual', SLICE, { history });
    expect(await commandsOf(() => read(false))).toEqual(['aggregate']);
    expect(await commandsOf(() => read(true))).toEqual(['aggregate', 'aggregate']);
    expect((await read(false)).map(({ history }) => history)).toEqual([undefined, undefined]);
    const steps = (await read(true)).map(({ history }) => history?.map(({ event }) => event));
    expect(steps).toEqual(Array(2).fill(['Subscribed', 'Rentaled']));
  });

  it('is one command together with its numbers, and one more for all places in queues', async () => {
    const numbers = (): Promise<unknown> =>
      Promise.all([entries.slice('usual', SLICE, { history: false }), entries.counts('usual')]);
    expect(await commandsOf(numbers)).toEqual(['aggregate']);
    const places = Array.from({ length: 20 }, (_, n) => ({ bookId: `book-${String(n)}`, ticket: n }));
    expect(await commandsOf(() => Promise.all(places.map(entries.waitingBefore)))).toEqual(['aggregate']);
  });

  it('has the title of the reservation where Rental has not named it yet', async () => {
    await insert(rentalsOf('early', checked).map(({ bookTitle: _none, ...rental }) => rental));
    const found = await entries.slice('early', SLICE, { history: false });
    expect(found).toMatchObject([{ bookTitle: 'of the reservation', history: undefined }]);
  });

  it('is cut from the listed rentals where others stand between them', async () => {
    await insert(rentalsOf('refused', checked, ...Array<typeof refused>(30).fill(refused)));
    const found = await entries.slice('refused', SLICE, { history: false });
    expect(found.map(({ anchor }) => anchor)).toEqual(['refused-00']);
  });
});
