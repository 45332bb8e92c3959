import { cacheExchange, Client, fetchExchange, gql, type Exchange } from '@urql/core';
import { cacheExchange as normalizedCacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { accepted, eventually, member, type Reader } from '@rentalbook/test-kit';
import { sharedSystem } from '../end-to-end/support/shared-system';
import { introspect } from './support/introspect';
import { BOOK, BOOKS, RESERVE } from './support/operations';
import { addTitles, type Titles } from './support/titles';

const system = sharedSystem();
let reader: Reader;
let holder: Reader;
let titles: Titles;
beforeAll(async () => {
  [reader, holder, titles] = await Promise.all([
    member(system, 'urql-reader'),
    member(system, 'urql-holder'),
    addTitles(system, 3),
  ]);
  for (const id of titles.ids) accepted(await holder.reserve(id));
});

/** urql sends queries by GET; the router answers a GET that has a header for which a browser sends a preflight first. */
const PREFLIGHT = { 'apollo-require-preflight': 'true' };

/** A client, and the names of the operations that it sent to the router. */
function createClient(cache: Exchange, token?: string) {
  const sent: string[] = [];
  const client = new Client({
    url: system.url,
    exchanges: [cache, fetchExchange],
    fetchOptions: { headers: { ...PREFLIGHT, ...(token !== undefined && { authorization: `Bearer ${token}` }) } },
    fetch: (input, init) => {
      const url = String(input instanceof Request ? input.url : input);
      const parameters = Object.fromEntries(new URL(url).searchParams);
      const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as object) : {};
      sent.push(({ ...parameters, ...body } as { operationName: string }).operationName);
      return fetch(input, init);
    },
  });
  return { client, sent };
}

/** The queue lengths of a book that a client shows, one after the other; `stale` ones, which a refetch follows, are left out. */
function watchQueue(client: Client, id: string) {
  const seen: (number | null | undefined)[] = [];
  const { unsubscribe } = client.query(BOOK, { id }).subscribe(({ data, stale }) => {
    if (!stale) seen.push(data?.book?.queueLength);
  });
  return { seen, unsubscribe };
}

it('refetches a query after a mutation that answers an entity of the same type', async () => {
  const [bookId = ''] = titles.ids;
  const { client, sent } = createClient(cacheExchange, reader.token);
  const { seen, unsubscribe } = watchQueue(client, bookId);
  await eventually(() => seen.length === 1, { what: 'the answer to the query' });

  const { error } = await client.mutation(RESERVE, { bookId });

  expect(error).toBeUndefined();
  await eventually(() => seen.length === 2, { what: 'the answer to the refetch' });
  unsubscribe();
  expect(seen).toEqual([0, 1]);
  expect(sent).toEqual(['Book', 'Reserve', 'Book']);
});

it('updates the same book in a normalised cache that knows the schema, without a refetch', async () => {
  const [, bookId = ''] = titles.ids;
  const cache = normalizedCacheExchange({ schema: await introspect(system) });
  const { client, sent } = createClient(cache, reader.token);
  const { seen, unsubscribe } = watchQueue(client, bookId);
  await eventually(() => seen.length === 1, { what: 'the answer to the query' });

  await client.mutation(RESERVE, { bookId });

  await eventually(() => seen.length === 2, { what: 'the update by the mutation' });
  unsubscribe();
  expect(seen).toEqual([0, 1]);
  expect(sent).toEqual(['Book', 'Reserve']);
});

it('merges the pages of a list with relayPagination', async () => {
  const resolvers = { Query: { books: relayPagination() } };
  const cache = normalizedCacheExchange({ schema: await introspect(system), resolvers });
  const { client } = createClient(cache);
  const { search } = titles;
  const first = await client.query(BOOKS, { search, first: 2 });
  const after = first.data?.books?.pageInfo.endCursor ?? null;

  const { data } = await client.query(BOOKS, { search, first: 2, after });

  expect(data?.books?.edges.map(({ node }) => node.title)).toEqual(titles.names);
  expect(data?.books?.pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: false });
});

it('has the code of each error, and what could be answered beside it', async () => {
  const [id = ''] = titles.ids;
  const query = gql`
    query Part($id: ID!) {
      book(id: $id) {
        id
      }
      myPage {
        activeCount
      }
    }
  `;
  const { data, error } = await createClient(cacheExchange).client.query(query, { id });
  expect(data).toMatchObject({ book: { id }, myPage: null });
  expect(error?.graphQLErrors).toMatchObject([{ path: ['myPage'], extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(error?.networkError).toBeUndefined();
});

it('has the code of a request that is refused as a whole', async () => {
  const { error } = await createClient(cacheExchange).client.query('query Unknown { shelves { id } }', {});
  expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
});

it('is refused a GET without a header that forces a preflight, and the error names the header', async () => {
  const client = new Client({ url: system.url, exchanges: [fetchExchange], preferGetMethod: 'force' });
  const { error } = await client.query(BOOK, { id: titles.ids[0] ?? '' });
  expect(error?.graphQLErrors).toMatchObject([
    { message: expect.stringContaining('apollo-require-preflight'), extensions: { code: 'BAD_REQUEST' } },
  ]);
});
