import {
  ApolloClient,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  type TypedDocumentNode,
} from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { accepted, eventually, member, type Reader } from '@rentalbook/test-kit';
import { createHash } from 'node:crypto';
import { sharedSystem } from '../end-to-end/support/shared-system';
import { BOOK, BOOKS, CANCEL, RESERVE, type Books } from './support/operations';
import { addTitles, type Titles } from './support/titles';

const system = sharedSystem();
let reader: Reader;
let holder: Reader;
let titles: Titles;
beforeAll(async () => {
  [reader, holder, titles] = await Promise.all([
    member(system, 'apollo-reader'),
    member(system, 'apollo-holder'),
    addTitles(system, 5),
  ]);
});

const clients: ApolloClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.stop();
});

function createClient(token?: string, { persisted = false, fetch = globalThis.fetch } = {}): ApolloClient {
  const http = new HttpLink({
    uri: system.url,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    useGETForQueries: persisted,
    fetch,
  });
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const client = new ApolloClient({
    link: persisted ? new PersistedQueryLink({ sha256 }).concat(http) : http,
    cache: new InMemoryCache({ typePolicies: { Query: { fields: { books: relayStylePagination(['search']) } } } }),
  });
  clients.push(client);
  return client;
}

const namesOf = ({ books }: Books): string[] => books?.edges.map(({ node }) => node.title) ?? [];

describe('the cache of Apollo Client', () => {
  it('shows in a query what a mutation changed in the same book, without another request', async () => {
    const [id = ''] = titles.ids;
    accepted(await holder.reserve(id));
    const client = createClient(reader.token);
    const seen: (number | null | undefined)[] = [];
    const watching = client.watchQuery({ query: BOOK, variables: { id }, fetchPolicy: 'cache-first' }).subscribe({
      next: ({ data, dataState }) => {
        if (dataState === 'complete') seen.push(data.book?.queueLength);
      },
    });
    await eventually(() => seen.length > 0, { what: 'the answer to the query' });

    await client.mutate({ mutation: RESERVE, variables: { bookId: id } });

    await eventually(() => seen.length > 1, { what: 'the update by the mutation' });
    watching.unsubscribe();
    expect(seen).toEqual([0, 1]);
  });

  it('keeps one reservation, which each mutation updates by its id', async () => {
    const [, bookId = ''] = titles.ids;
    const client = createClient(reader.token);
    const { data: reserved } = await client.mutate({ mutation: RESERVE, variables: { bookId } });
    const reservationId = reserved?.reserveBook?.reservation?.id ?? '';
    const cached = () => (client.cache.extract() as Record<string, object>)[`Reservation:${reservationId}`];
    expect(cached()).toMatchObject({ status: 'READY', book: { __ref: `Book:${bookId}` } });

    await client.mutate({ mutation: CANCEL, variables: { reservationId } });

    expect(cached()).toMatchObject({ status: 'CANCELLED', book: { __ref: `Book:${bookId}` } });
  });
});

describe('relayStylePagination', () => {
  it('merges the edges of every page once, with the page info of the whole', async () => {
    const client = createClient();
    const catalogue = client.watchQuery({ query: BOOKS, variables: { search: titles.search, first: 2 } });
    const watching = catalogue.subscribe({});
    const first = await client.query({ query: BOOKS, variables: { search: titles.search, first: 2 } });
    const after = first.data?.books?.pageInfo.endCursor ?? null;

    await catalogue.fetchMore({ variables: { after } });
    await catalogue.fetchMore({ variables: { after } });
    const { data: four } = await client.query({ query: BOOKS, variables: { search: titles.search } });
    await catalogue.fetchMore({ variables: { after: four?.books?.pageInfo.endCursor ?? null } });
    const { data } = await client.query({ query: BOOKS, variables: { search: titles.search } });
    watching.unsubscribe();

    expect(four && namesOf(four)).toEqual(titles.names.slice(0, 4));
    expect(data && namesOf(data)).toEqual(titles.names);
    const cursors = data?.books?.edges.map(({ cursor }) => cursor) ?? [];
    expect(data?.books?.pageInfo).toMatchObject({
      hasPreviousPage: false,
      hasNextPage: false,
      startCursor: cursors.at(0),
      endCursor: cursors.at(-1),
    });
  });

  it('merges the pages before the last one in front of it', async () => {
    const client = createClient();
    const catalogue = client.watchQuery({ query: BOOKS, variables: { search: titles.search, last: 2 } });
    const watching = catalogue.subscribe({});
    const last = await client.query({ query: BOOKS, variables: { search: titles.search, last: 2 } });
    expect(last.data?.books?.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });

    await catalogue.fetchMore({ variables: { before: last.data?.books?.pageInfo.startCursor ?? null } });
    const { data } = await client.query({ query: BOOKS, variables: { search: titles.search } });
    watching.unsubscribe();

    expect(data && namesOf(data)).toEqual(titles.names.slice(1));
    expect(data?.books?.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false });
  });
});

describe('a query of which a part cannot be answered', () => {
  const query: TypedDocumentNode<Pick<Books, 'books'> & { myPage: unknown }, { search: string }> = gql`
    query Part($search: String!) {
      books(search: $search, first: 1) {
        edges {
          cursor
          node {
            id
            title
          }
        }
      }
      myPage {
        memberId
        activeCount
      }
    }
  `;

  it('has the rest as data beside the error under the policy "all"', async () => {
    const variables = { search: titles.search };
    const { data, error } = await createClient().query({ query, variables, errorPolicy: 'all' });
    expect(data).toMatchObject({ books: { edges: [{ node: { title: titles.names[0] } }] }, myPage: null });
    expect(CombinedGraphQLErrors.is(error) && error.errors).toMatchObject([
      { path: ['myPage'], extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  it('is rejected with the code of the error under the policy "none"', async () => {
    const variables = { search: titles.search };
    await expect(createClient().query({ query, variables, errorPolicy: 'none' })).rejects.toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });
});

it('registers a persisted query by its hash at first, and sends the hash alone afterwards', async () => {
  const sent: URLSearchParams[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    expect(init?.method).toBe('GET');
    sent.push(new URL(String(input)).searchParams);
    return globalThis.fetch(input, init);
  };
  const client = createClient(undefined, { persisted: true, fetch });
  for (const id of titles.ids.slice(2, 4)) {
    const { data } = await client.query({ query: BOOK, variables: { id } });
    expect(data?.book?.id).toBe(id);
  }
  expect(sent.map((parameters) => parameters.has('query'))).toEqual([false, true, false]);
});
