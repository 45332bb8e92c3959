import type { SigningKey } from '@rentalbook/service-kit/signing-keys';
import { accepted, eventually, librarian, member, type System } from '@rentalbook/test-kit';
import { keyOf } from '@rentalbook/test-kit/signatures';
import { randomUUID } from 'node:crypto';
import { askDirectly, identityHeader } from './support/direct';
import { rotateEverything } from './support/key-rotation';

interface List {
  readonly pageInfo: { readonly endCursor: string };
}
interface Lists {
  readonly books: List;
  readonly book: { readonly reservations: List; readonly rentals: List };
}
const page = '{ pageInfo { endCursor } }';
const LISTS = `query($book: ID!, $a: String, $b: String, $c: String) {
  books(first: 1) ${page} book(id: $book) { reservations(first: 1) ${page} rentals(first: 1) ${page} }
  next: books(first: 1, after: $a) ${page}
  nextOf: book(id: $book) { reservations(first: 1, after: $b) ${page} rentals(first: 1, after: $c) ${page} }
}`;
const PAGE = `query($after: String) { myPage { entries(first: 1) ${page} next: entries(first: 1, after: $after) ${page} } }`;

/**
 * Commands at each service, their tokens, lists of each service with cursors of the round before. Rejects when a request fails:
 * none is repeated.
 */
async function load(system: System, bookId: string, isOver: () => boolean): Promise<number> {
  let after: { a?: string; b?: string; c?: string } = {};
  let rounds = 0;
  for (; !isOver() || rounds === 0; rounds += 1) {
    const [clerk, reader] = await Promise.all([librarian(system), member(system, randomUUID())]);
    accepted(await clerk.addCopies(bookId, 1));
    const { consistencyToken } = await reader.reserve(bookId);
    await eventually(async () => !(await reader.page(consistencyToken)).freshness.stale);
    const { id } = accepted(await reader.rent(bookId));
    await eventually(async () => (await reader.rental(id))?.status === 'ACTIVE');
    const { books, book } = await clerk.data<Lists>(LISTS, { book: bookId, ...after });
    const { myPage } = await reader.data<{ myPage: { entries: List } }>(PAGE, {});
    await reader.data(PAGE, { after: myPage.entries.pageInfo.endCursor });
    after = {
      a: books.pageInfo.endCursor,
      b: book.reservations.pageInfo.endCursor,
      c: book.rentals.pageInfo.endCursor,
    };
    accepted(await reader.giveBack(id));
  }
  return rounds;
}

/** On a system whose time limits no machine is too slow for. It leaves tokens behind that are accepted no more. */
export function keyRotationFeatures(running: () => System): void {
  it('a key that is changed is an outage: here every key, secret and password is changed under load, and no request fails', async () => {
    const system = running();
    const timesRefused = () => system.output().split('refused a request without a valid identity').length - 1;
    const refusedBefore = timesRefused();
    const [libby, first] = await Promise.all([librarian(system), member(system, randomUUID())]);
    const bookId = accepted(await libby.addBook('Rotated', 1)).id;
    await eventually(async () => (await first.reserve(bookId)).entity, { what: 'Reserve knowing the title' });
    const [old, cursor] = [
      keyOf(system, 'router'),
      (await libby.data<Lists>(LISTS, { book: bookId })).books.pageInfo.endCursor,
    ];
    const rotation = rotateEverything(system);
    let isOver = false;
    const loading = load(system, bookId, () => isOver);
    const rotating = (async () => {
      await rotation.announce();
      await rotation.use();
      await rotation.withdraw();
    })();
    // A request that fails ends the wait for what only requests bring about.
    await Promise.race([rotating, loading]);
    isOver = true;
    expect(await loading).toBeGreaterThan(1);
    expect(timesRefused()).toBe(refusedBefore);

    const request = { subgraph: 'book', caller: null, body: JSON.stringify({ query: '{ __typename }' }) } as const;
    const url = `http://localhost:${String(system.portOf('book'))}/graphql`;
    const statusWith = async (key: SigningKey) =>
      (await askDirectly(url, request.body, identityHeader(system, { ...request, key }))).status;
    expect([await statusWith(old), await statusWith(keyOf(system, 'router'))]).toEqual([401, 200]);
    await expect(libby.book(bookId)).rejects.toThrow('UNAUTHENTICATED');
    const { errors } = await (await librarian(system)).ask(LISTS, { book: bookId, a: cursor });
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT']);
  });
}
