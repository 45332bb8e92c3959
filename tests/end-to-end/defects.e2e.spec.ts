import {
  accepted,
  eventually,
  librarian,
  member,
  anonymous,
  putMessages,
  readEvents,
  tailDeadLetters,
  type EventLog,
  type Librarian,
  type Reader,
} from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codesOf } from './support/answers';
import { entryOnceItShows } from './support/pages';
import { askDirectly } from './support/direct';
import { sharedSystem, subgraphUrl } from './support/shared-system';
import { owners } from '../../tools/services';

const system = sharedSystem();
let events: EventLog;
let libby: Librarian;
beforeAll(async () => {
  [events, libby] = await Promise.all([readEvents(system), librarian(system, 'libby-defects')]);
});
afterAll(() => events.close());

let readers = 0;
const aReader = (): Promise<Reader> => member(system, `defects-${String((readers += 1))}`);
const aBook = async (title: string, copies = 1): Promise<string> => accepted(await libby.addBook(title, copies)).id;
/** The names of a book's events, once its last one is there. */
const settled = async (bookId: string, last: string): Promise<readonly string[]> => {
  await eventually(() => events.of(bookId).some(({ eventType }) => eventType === last), {
    what: last,
  });
  return events.of(bookId).map(({ eventType }) => eventType);
};

const bySource = { reserve: signedBy(system, 'reserve'), rental: signedBy(system, 'rental') };
const later = '2099-01-01T00:00:00.000Z';
/** Streams of a book that no service decided, to be published in any order. */
function streamsOf(actor: string) {
  const key = randomUUID();
  const event = (source: keyof typeof bySource, sequence: number, eventType: string, data: object) => {
    const value = JSON.stringify({
      id: randomUUID(),
      source,
      eventType,
      timestamp: new Date().toISOString(),
      schemaVersion: 1,
      key,
      sequence,
      correlationId: key,
      actor,
      data,
    });
    return bySource[source]({ key, value });
  };
  return { key, event };
}

/** One test for each thing that the original services got wrong; the names are the list in the design of the domain. */
describe('what the original got wrong', () => {
  it('an unreserved rent goes through: here it is refused, and the copy stays in stock', async () => {
    const [bookId, reader] = [await aBook('Unreserved'), await aReader()];
    expect((await reader.rent(bookId)).refusal?.code).toBe('NOT_RESERVED');
    await settled(bookId, 'Refused');
    expect(await reader.book(bookId)).toMatchObject({ status: 'IN_STOCK', availableCopies: 1 });
    expect(events.named('Checked', bookId)).toEqual([]);
  });

  it('a match by bookId or title changes other books: here a namesake stays as it is', async () => {
    const [one, namesake, reader] = [await aBook('Namesake'), await aBook('Namesake'), await aReader()];
    accepted(await reader.reserve(one));
    accepted(await reader.rent(one));
    await eventually(async () => (await reader.book(one))?.status === 'ON_RENTAL');
    expect(await reader.book(namesake)).toMatchObject({ status: 'IN_STOCK', availableCopies: 1, queueLength: 0 });
    expect(events.of(namesake).map(({ eventType }) => eventType)).toEqual(['Added']);
  });

  it('two people can have one copy: here one has it and the other waits', async () => {
    const [bookId, first, second] = [await aBook('Wanted'), await aReader(), await aReader()];
    const [one, other] = await Promise.all([first.reserve(bookId), second.reserve(bookId)]);
    expect([accepted(one).status, accepted(other).status].sort()).toEqual(['READY', 'WAITING']);
    const rents = await Promise.all([first.rent(bookId), second.rent(bookId)]);
    expect(rents.map(({ entity, refusal }) => entity?.status ?? refusal?.code).sort()).toEqual([
      'ACTIVE',
      'NOT_YOUR_TURN',
    ]);
    await settled(bookId, 'Loaned');
    expect(events.named('Checked', bookId)).toHaveLength(1);
  });

  it('cancelling a reservation is announced as a rental: here as Cancelled, and nothing else', async () => {
    const [bookId, reader] = [await aBook('Given up'), await aReader()];
    const { id } = accepted(await reader.reserve(bookId));
    expect(accepted(await reader.cancel(id, 'changed my mind'))).toMatchObject({
      status: 'CANCELLED',
      reason: 'changed my mind',
    });
    expect(await settled(bookId, 'Cancelled')).toEqual(['Added', 'Subscribed', 'Ready', 'Cancelled']);
    await entryOnceItShows(reader, 'Given up', { status: 'CANCELLED' });
    await eventually(async () => (await reader.book(bookId))?.status === 'IN_STOCK');
  });

  it('a return frees a book others wait for: here it goes to the first who waits', async () => {
    const [bookId, borrower, waiting, late] = [
      await aBook('Awaited'),
      await aReader(),
      await aReader(),
      await aReader(),
    ];
    accepted(await borrower.reserve(bookId));
    const rental = accepted(await borrower.rent(bookId));
    const { id } = accepted(await waiting.reserve(bookId));
    accepted(await borrower.giveBack(rental.id));
    expect((await waiting.reservation(id))?.status).toBe('READY');
    expect(accepted(await late.reserve(bookId))).toMatchObject({ status: 'WAITING', position: 1 });
    expect((await late.rent(bookId)).refusal?.code).toBe('NOT_YOUR_TURN');
    expect((await late.book(bookId))?.status).not.toBe('IN_STOCK');
  });

  describe('anyone may post a return, a book or a MyPage row, and the user name is the identity: here', () => {
    it('returning, adding and reading need a token', async () => {
      const anyone = anonymous(system);
      for (const operation of [
        'mutation { returnBook(input: { rentalId: "x" }) { consistencyToken } }',
        'mutation { addBook(input: { title: "Free for all" }) { consistencyToken } }',
        '{ myPage { memberId } }',
      ])
        expect(codesOf(await anyone.ask(operation))).toEqual(['UNAUTHENTICATED']);
    });

    it('a member neither returns for another nor adds books, and no mutation writes to a page', async () => {
      const [bookId, borrower, other] = [await aBook('Not yours'), await aReader(), await aReader()];
      accepted(await borrower.reserve(bookId));
      const { id } = accepted(await borrower.rent(bookId));
      await expect(other.giveBack(id)).rejects.toMatchObject({ codes: ['FORBIDDEN'] });
      expect(codesOf(await other.ask('mutation { addBook(input: { title: "Mine" }) { consistencyToken } }'))).toEqual([
        'FORBIDDEN',
      ]);
      expect((await borrower.rental(id))?.status).toBe('ACTIVE');
      const names = await other.data<{ __schema: { mutationType: { fields: { name: string }[] } } }>(
        '{ __schema { mutationType { fields { name } } } }',
      );
      expect(names.__schema.mutationType.fields.filter(({ name }) => /page/i.test(name))).toEqual([]);
    });

    it('two members of one name are two people', async () => {
      const bookId = await aBook('Same name');
      const [one, other] = await Promise.all([
        member(system, 'defects-kim-1', 'Kim'),
        member(system, 'defects-kim-2', 'Kim'),
      ]);
      const { id } = accepted(await one.reserve(bookId));
      await expect(other.cancel(id)).rejects.toMatchObject({ codes: ['FORBIDDEN'] });
      await entryOnceItShows(one, 'Same name', { status: 'READY' });
      expect((await other.page()).entries).toEqual([]);
    });

    it('a return cannot be posted to Reserve past the router', async () => {
      const body = JSON.stringify({ returned: {}, actor: 'me', correlationId: 'x', traceparent: 'x' });
      const url = subgraphUrl(system, 'reserve').replace('/graphql', '/internal/returns');
      expect(await askDirectly(url, body, {})).toMatchObject({ status: 401 });
    });
  });

  it('events are published on rollback: here a refused command publishes nothing', async () => {
    const [bookId, reader] = [await aBook('Refused'), await aReader()];
    accepted(await reader.reserve(bookId));
    expect((await reader.reserve(bookId)).refusal?.code).toBe('ALREADY_RESERVED');
    accepted(await reader.rent(bookId));
    expect((await reader.rent(bookId)).refusal?.code).toBe('ALREADY_RENTED');
    expect((await reader.reserve(bookId)).refusal?.code).toBe('ALREADY_RENTED');
    await settled(bookId, 'Loaned');
    expect(
      events
        .of(bookId)
        .map(({ eventType }) => eventType)
        .sort(),
    ).toEqual(['Added', 'Checked', 'Loaned', 'Ready', 'Rentaled', 'Subscribed']);
  });

  it('no message key, id or version: here each event has all three, and a number in its stream', async () => {
    const [bookId, reader] = [await aBook('Numbered'), await aReader()];
    accepted(await reader.reserve(bookId));
    accepted(await reader.rent(bookId));
    await settled(bookId, 'Loaned');
    const told = events.of(bookId);
    for (const event of told) expect(event).toMatchObject({ key: bookId, schemaVersion: 1 });
    for (const source of owners) {
      const numbers = told.filter((event) => event.source === source).map(({ sequence }) => sequence);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  it('Rentaled and Checked race on MyPage: here either may come first', async () => {
    const reader = await aReader();
    const { key, event } = streamsOf(reader.id);
    const reservationId = `reservation-${key}`;
    const whoAndWhat = { userId: reader.id, bookId: key };
    const named = { userNm: reader.id, bookNm: 'Race' };
    const rentalId = `rental-${key}`;
    for (const told of [
      event('reserve', 1, 'Subscribed', { reservationId, ...whoAndWhat, ...named, ticket: 1, status: 'Booking' }),
      event('reserve', 2, 'Ready', { reservationId, ...whoAndWhat, copyId: 'c', pickupBy: later, rule: 'r' }),
      event('reserve', 3, 'Checked', {
        reservationId,
        rentalId,
        ...whoAndWhat,
        copyId: 'c',
        status: 'On Rental',
        rule: 'r',
      }),
      event('rental', 1, 'Rentaled', { rentalId, ...whoAndWhat, ...named, status: 'Start Rental' }),
    ])
      await putMessages(system, [told]);
    const { history } = await eventually(async () =>
      (await reader.page()).entries.find((entry) => entry.history.length === 4),
    );
    expect(history.map((step) => step.event).sort()).toEqual(['Checked', 'Ready', 'Rentaled', 'Subscribed']);
    expect((await reader.page()).entries.map(({ status, id }) => [status, id])).toEqual([['ON_RENTAL', reservationId]]);
  });

  it('a redelivered Subscribed makes a second row: here it changes nothing', async () => {
    const [bookId, reader] = [await aBook('Published twice'), await aReader()];
    accepted(await reader.reserve(bookId));
    await settled(bookId, 'Ready');
    const before = await entryOnceItShows(reader, 'Published twice', { status: 'READY' });
    const [subscribed] = events.named('Subscribed', bookId);
    await putMessages(system, [bySource.reserve({ key: bookId, value: JSON.stringify(subscribed) })]);
    // What follows in the same stream shows that the repeat was read.
    accepted(await (await aReader()).reserve(bookId));
    await eventually(() => events.named('Subscribed', bookId).length === 2);
    accepted(await reader.rent(bookId));
    const { history } = await entryOnceItShows(reader, 'Published twice', { status: 'ON_RENTAL' });
    expect(history.slice(0, 2)).toEqual(before.history);
    expect((await reader.page()).entries).toHaveLength(1);
  });

  it('failures are swallowed: here what cannot be handled is a dead letter with its reason', async () => {
    const [deadLetters, key] = [await tailDeadLetters(system), randomUUID()];
    try {
      await putMessages(system, [bySource.reserve({ key, value: '{"eventType": "Subscribed"' })]);
      const deadLetter = await eventually(
        () => deadLetters.all.find((one) => one.key === key && one.headers['dlq-consumer']?.endsWith('mypage')),
        { what: 'the dead letter of MyPage' },
      );
      expect(deadLetter.headers['dlq-reason']).toContain('not JSON');
    } finally {
      await deadLetters.close();
    }
  });

  it('MyPage’s rentalId holds the reservation’s id: here each is its own', async () => {
    const [bookId, reader] = [await aBook('Two ids'), await aReader()];
    const reservation = accepted(await reader.reserve(bookId));
    const rental = accepted(await reader.rent(bookId));
    await entryOnceItShows(reader, 'Two ids', { status: 'ON_RENTAL' });
    const page = await reader.data<{ myPage: { entries: { edges: unknown[] } } }>(
      '{ myPage { entries { edges { node { reservation { id status } rental { id status } } } } } }',
    );
    expect(page.myPage.entries.edges).toEqual([
      {
        node: { reservation: { id: reservation.id, status: 'FULFILLED' }, rental: { id: rental.id, status: 'ACTIVE' } },
      },
    ]);
    expect(rental.id).not.toBe(reservation.id);
  });

  it('renting again rewrites closed history: here it starts a new entry and leaves the old one', async () => {
    const [bookId, reader] = [await aBook('Again'), await aReader()];
    accepted(await reader.reserve(bookId));
    accepted(await reader.giveBack(accepted(await reader.rent(bookId)).id));
    const closed = await eventually(async () =>
      (await reader.page()).entries.find(({ history }) => history.some(({ event }) => event === 'ReturnedBook')),
    );
    await eventually(async () => (await reader.page()).entries[0]?.history.length === 7);
    const before = (await reader.page()).entries[0];
    accepted(await reader.reserve(bookId));
    accepted(await reader.rent(bookId));
    await entryOnceItShows(reader, 'Again', { status: 'ON_RENTAL' });
    const { entries } = await reader.page();
    expect(entries.map(({ status }) => status)).toEqual(['ON_RENTAL', 'RETURN_COMPLETE']);
    expect(entries[1]).toEqual(before);
    expect(entries[1]?.id).toBe(closed.id);
  });

  it('unset shows "Process in null": here it shows "Booking"', async () => {
    const [bookId, reader] = [await aBook('No word'), await aReader()];
    expect(accepted(await reader.reserve(bookId)).statusText).toBe('Booking');
    await entryOnceItShows(reader, 'No word', { statusText: 'Booking' });
  });

  it('adopting the ConfigMap word takes a code change and downtime: here neither', async () => {
    const folder = join(system.dataDir, 'policy');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'STATUS'), 'Shipping\n');
    try {
      const reader = await aReader();
      await eventually(
        async () =>
          accepted(await (await aReader()).reserve(await aBook('A word'))).statusText === 'Process in Shipping',
      );
      const bookId = await aBook('The word');
      expect(accepted(await reader.reserve(bookId)).statusText).toBe('Process in Shipping');
      await entryOnceItShows(reader, 'The word', { statusText: 'Process in Shipping' });
    } finally {
      rmSync(join(folder, 'STATUS'));
    }
    await eventually(
      async () => accepted(await (await aReader()).reserve(await aBook('No word'))).statusText === 'Booking',
      {},
    );
  });
});
