import { accepted, eventually, member, anonymous } from '@rentalbook/test-kit';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codesOf } from './support/answers';
import { entryOnceItShows } from './support/pages';
import { askDirectly } from './support/direct';
import { subgraphUrl } from './support/shared-system';
import { system, events, aReader, aBook, settled } from './defects.support';
import './defects-of-events.cases';

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
