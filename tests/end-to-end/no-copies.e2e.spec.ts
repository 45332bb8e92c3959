import { accepted, eventually, librarian, member } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { entryOnceItShows } from './support/pages';
import { sharedSystem } from './support/shared-system';

const system = sharedSystem();
const TITLE = 'The last copy';

it('a title without copies says so, is not reserved or rented, and is as any other with a copy again', async () => {
  const [libby, alice, bob] = await Promise.all([
    librarian(system),
    member(system, randomUUID()),
    member(system, randomUUID()),
  ]);
  const bookId = accepted(await libby.addBook(TITLE, 1)).id;
  const { book } = await libby.data<{ book: { copies: { id: string }[] } }>(
    'query($id: ID!) { book(id: $id) { copies { id } } }',
    { id: bookId },
  );
  accepted(await libby.withdrawCopy(bookId, book.copies[0]?.id ?? '', 'worn out'));
  expect(await libby.book(bookId)).toMatchObject({ status: 'NO_COPIES', statusText: 'No copies', totalCopies: 0 });

  const refused = await eventually(async () => {
    const { entity, refusal } = await alice.reserve(bookId);
    if (entity) await alice.cancel(entity.id);
    return refusal ?? undefined;
  });
  expect(refused).toEqual({
    code: 'NO_COPIES',
    message: `The library has no copy of "${TITLE}" any more.`,
    rule: 'A title is reserved and rented while the library has a copy of it.',
  });
  expect((await alice.rent(bookId)).refusal).toMatchObject({ code: 'NO_COPIES' });

  accepted(await libby.addCopies(bookId, 1));
  expect(await libby.book(bookId)).toMatchObject({ status: 'IN_STOCK', statusText: 'In stock' });
  const reservation = await eventually(async () => (await bob.reserve(bookId)).entity);
  expect(reservation.status).toBe('READY');
  await entryOnceItShows(bob, TITLE, { status: 'READY' });
});
