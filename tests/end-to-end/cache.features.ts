import { CONSISTENCY_HEADER_LIMIT } from '@rentalbook/service-kit';
import { accepted, eventually, librarian, member, type Person, type System } from '@rentalbook/test-kit';

interface Read {
  readonly data: Readonly<Record<string, unknown>>;
  /** Whether a part of it was stored before. */
  readonly isFromCache: boolean;
}

const BOOK = 'query ($id: ID!) { book(id: $id) { id title availableCopies queueLength } }';
const LIST = '{ books(first: 50) { edges { node { id availableCopies } } } }';
const PAGE =
  '{ myPage { member { name } waitingCount entries { edges { node { status book { title } reservation { id status } } } } } }';

/** What a system with CACHE=on answers. */
export function cacheFeatures(running: () => System): void {
  const read = async (who: Person | undefined, query: string, variables = {}, token?: string): Promise<Read> => {
    const answer = await fetch(running().url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(who?.token !== undefined && { authorization: `Bearer ${who.token}` }),
        ...(token !== undefined && { 'x-consistency-token': token }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await answer.json()) as { data: Read['data']; errors?: unknown };
    expect(errors).toBeUndefined();
    return { data, isFromCache: answer.headers.has('age') };
  };
  const untilCached = (...[who, query, variables, token]: Parameters<typeof read>): Promise<Read> =>
    eventually(
      async () => {
        const found = await read(who, query, variables, token);
        return found.isFromCache ? found : undefined;
      },
      { what: `${query} from the cache` },
    );

  describe('a router with CACHE=on', () => {
    let bookId: string;
    let libby: Awaited<ReturnType<typeof librarian>>;
    const ofBook = (copies: number, waiting: number) => ({
      book: { id: bookId, title: 'Stored', availableCopies: copies, queueLength: waiting },
    });
    beforeAll(async () => {
      libby = await librarian(running());
      bookId = accepted(await libby.addBook('Stored', 1)).id;
    });

    it('answers anyone from the cache, and after a change no one with what was before it', async () => {
      expect((await untilCached(undefined, BOOK, { id: bookId })).data).toEqual(ofBook(1, 0));
      await untilCached(undefined, LIST);
      accepted(await libby.addCopies(bookId, 1));
      expect((await read(undefined, BOOK, { id: bookId })).data).toEqual(ofBook(2, 0));
      const list = await read(undefined, LIST);
      expect(JSON.stringify(list.data)).toContain(JSON.stringify({ id: bookId, availableCopies: 2 }));
      expect((await untilCached(undefined, BOOK, { id: bookId })).data).toEqual(ofBook(2, 0));
    });

    it('believes no claim that a subgraph has not read: it stands behind more than is forwarded of the header', async () => {
      const claim = Buffer.from(JSON.stringify([['book', bookId, Number.MAX_SAFE_INTEGER]])).toString('base64url');
      const header = `${','.repeat(CONSISTENCY_HEADER_LIMIT)}2.forged.${claim}.${'A'.repeat(86)}`;
      const query = `${BOOK} # claimed`;
      await untilCached(undefined, query, { id: bookId }, header);
      accepted(await libby.addCopies(bookId, 1));
      expect((await read(undefined, query, { id: bookId })).data).toEqual(ofBook(3, 0));
    });

    it('answers a member with what the consistency token names, and each member with the own page', async () => {
      const [alice, bob] = await Promise.all([member(running(), 'alice'), member(running(), 'bob')]);
      const before = await untilCached(bob, PAGE);
      const { entity, consistencyToken } = await eventually(
        async () => {
          const reserved = await bob.reserve(bookId);
          return reserved.entity && reserved;
        },
        { what: 'Reserve knowing the title' },
      );
      const reserved = expect.objectContaining({ reservation: { id: entity?.id, status: 'READY' } }) as unknown;
      const after = await read(bob, PAGE, {}, consistencyToken);
      expect(before.data).not.toEqual(after.data);
      expect(after.data).toMatchObject({
        myPage: { entries: { edges: expect.arrayContaining([{ node: reserved }]) } },
      });
      expect((await untilCached(bob, PAGE)).data).toEqual(after.data);
      expect((await untilCached(alice, PAGE)).data).not.toEqual(after.data);
    });
  });
}
