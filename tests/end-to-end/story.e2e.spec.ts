import {
  accepted,
  eventually,
  librarian,
  member,
  readEvents,
  type EventLog,
  type Librarian,
  type Reader,
} from '@rentalbook/test-kit';
import { entryOnceItShows, rejectedOnceListed } from './support/pages';
import { sharedSystem } from './support/shared-system';

const system = sharedSystem();
let events: EventLog;
let libby: Librarian;
let alice: Reader;
let bob: Reader;
beforeAll(async () => {
  events = await readEvents(system);
  [libby, alice, bob] = await Promise.all([
    librarian(system),
    member(system, 'alice', 'Alice'),
    member(system, 'bob', 'Bob'),
  ]);
});
afterAll(async () => {
  await events.close();
});

/** The tour of the system, through the router; each step continues the one before. */
describe('one copy and two readers', () => {
  const title = 'Orlando';
  let bookId: string;
  let rentalId: string;

  it('a librarian adds a book, and it is in stock', async () => {
    const book = accepted(await libby.addBook(title, 1));
    bookId = book.id;
    expect(book).toEqual({
      id: bookId,
      title,
      status: 'IN_STOCK',
      statusText: 'In stock',
      totalCopies: 1,
      availableCopies: 1,
      queueLength: 0,
    });
  });

  it('a reader cannot rent it without a reservation', async () => {
    expect(await alice.rent(bookId)).toMatchObject({
      entity: null,
      refusal: { code: 'NOT_RESERVED', message: 'You have no reservation for this title; reserve it first.' },
    });
    await rejectedOnceListed(alice, title);
    expect((await alice.page()).entries.filter(({ bookTitle }) => bookTitle === title)).toEqual([]);
  });

  it('the copy is set aside for the first who reserves it', async () => {
    const reservation = accepted(await alice.reserve(bookId));
    expect(reservation).toMatchObject({ status: 'READY', statusText: 'Booking', position: null });
    expect(Date.parse(reservation.pickupBy ?? '') - Date.now()).toBeGreaterThan(2.9 * 24 * 3_600_000);
    await entryOnceItShows(alice, title, { status: 'READY', statusText: 'Booking', pickupBy: reservation.pickupBy });
    await eventually(async () => (await alice.book(bookId))?.statusText === 'Booking');
  });

  it('she rents it in one call', async () => {
    const rental = accepted(await alice.rent(bookId));
    rentalId = rental.id;
    expect(rental).toMatchObject({ status: 'ACTIVE', statusText: 'On Rental', returnedAt: null });
    await entryOnceItShows(alice, title, { status: 'ON_RENTAL', statusText: 'On Rental', dueAt: rental.dueAt });
    await eventually(async () => (await alice.book(bookId))?.statusText === 'On Rental');
  });

  it('the second reader waits, first in the queue', async () => {
    expect(accepted(await bob.reserve(bookId))).toMatchObject({
      status: 'WAITING',
      statusText: 'Booking',
      position: 1,
      pickupBy: null,
    });
    await entryOnceItShows(bob, title, { status: 'BOOKING', statusText: 'Booking', position: 1 });
    expect(await bob.rent(bookId)).toMatchObject({ entity: null, refusal: { code: 'NOT_YOUR_TURN' } });
    await eventually(
      async () => {
        const entries = (await bob.page()).entries.filter(({ bookTitle }) => bookTitle === title);
        return entries.length === 1 && entries[0]?.history.some(({ event }) => event === 'Refused');
      },
      { what: 'the refused request as a step of the reservation, and as no entry of its own' },
    );
    await entryOnceItShows(bob, title, { status: 'BOOKING', position: 1 });
  });

  it('once it is back, the copy is the second reader’s alone', async () => {
    const back = await alice.giveBack(rentalId);
    expect(accepted(back)).toMatchObject({ status: 'RETURNED', statusText: 'Return Complete' });
    const page = await bob.page(back.consistencyToken);
    expect(page.freshness.stale).toBe(false);
    expect(page.entries.find(({ status }) => status === 'READY')).toMatchObject({ bookTitle: title, position: null });
    expect(accepted(await bob.rent(bookId))).toMatchObject({ status: 'ACTIVE' });
  });

  it('her page keeps the whole story', async () => {
    const complete = { status: 'RETURN_COMPLETE', statusText: 'Return Complete' };
    // Rental hands the copy in at Reserve, whose event may be consumed before Rental's own.
    const { history } = await eventually(
      async () => {
        const entry = await entryOnceItShows(alice, title, complete);
        return entry.history.length === 7 ? entry : undefined;
      },
      { what: 'a history of seven steps' },
    );
    expect(history.map(({ event, statusText }) => [event, statusText])).toEqual([
      ['Subscribed', 'Booking'],
      ['Ready', 'Ready for pick-up'],
      ['Rentaled', 'Start Rental'],
      ['Checked', 'On Rental'],
      ['Loaned', expect.stringMatching(/^Due \d{4}-\d\d-\d\d$/)],
      ['Returned', 'Brought back'],
      ['ReturnedBook', 'Return Complete'],
    ]);
  });

  it('the topic has it in numbered streams, with the words that the events always had', async () => {
    await eventually(() => events.named('Loaned', bookId).length === 2);
    const told = (source: string) =>
      events
        .of(bookId)
        .filter((event) => event.source === source)
        .map(({ sequence, eventType }) => [sequence, eventType]);
    expect(told('book')).toEqual([[1, 'Added']]);
    expect(told('reserve')).toEqual(
      ['Refused', 'Subscribed', 'Ready', 'Checked', 'Subscribed', 'Refused', 'ReturnedBook', 'Ready', 'Checked'].map(
        (eventType, index) => [index + 1, eventType],
      ),
    );
    expect(told('rental')).toEqual(
      ['Rentaled', 'Rentaled', 'Loaned', 'Rentaled', 'Returned', 'Rentaled', 'Loaned'].map((eventType, index) => [
        index + 1,
        eventType,
      ]),
    );
    const word = (event: { data: object }): unknown => ('status' in event.data ? event.data.status : undefined);
    expect(events.named('Added', bookId).map(word)).toEqual(['In stock']);
    expect(events.named('Subscribed', bookId).map(word)).toEqual(['Booking', 'Booking']);
    expect(events.named('Rentaled', bookId).map(word)).toEqual(Array(4).fill('Start Rental'));
    expect(events.named('Checked', bookId).map(word)).toEqual(['On Rental', 'On Rental']);
    expect(events.named('ReturnedBook', bookId).map(word)).toEqual(['Return Complete']);
  });

  it('every event names who it is for, what it follows from and when, to the millisecond', () => {
    for (const event of events.of(bookId)) {
      expect(event.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(['alice', 'bob', 'libby', 'reserve', 'rental']).toContain(event.actor);
    }
    const ids = new Set(events.of(bookId).map(({ id }) => id));
    for (const decided of [...events.named('Checked', bookId), ...events.named('Refused', bookId)])
      expect(ids.has(decided.causationId ?? '')).toBe(true);
  });
});
