import { accepted, eventually, putMessages, tailDeadLetters } from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import { randomUUID } from 'node:crypto';
import { entryOnceItShows } from './support/pages';
import { owners } from '../../tools/services';
import { system, events, aReader, aBook, settled } from './defects.support';

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

describe('what the original got wrong with events', () => {
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
});
