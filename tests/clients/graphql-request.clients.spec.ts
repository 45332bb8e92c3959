import { member, type Reader } from '@rentalbook/test-kit';
import { ClientError, gql, GraphQLClient } from 'graphql-request';
import { sharedSystem } from '../end-to-end/support/shared-system';
import { BOOK, RESERVE } from './support/operations';
import { addTitles, type Titles } from './support/titles';

const system = sharedSystem();
let reader: Reader;
let titles: Titles;
beforeAll(async () => {
  [reader, titles] = await Promise.all([member(system, 'request-reader'), addTitles(system, 2)]);
});

it('sends variables, and the token as a header', async () => {
  const [id = ''] = titles.ids;
  const client = new GraphQLClient(system.url, { headers: { authorization: `Bearer ${reader.token ?? ''}` } });
  const query = gql`
    query Mine($id: ID!) {
      book(id: $id) {
        id
        title
      }
      myPage {
        memberId
      }
    }
  `;
  expect(await client.request(query, { id })).toEqual({
    book: { id, title: titles.names[0] },
    myPage: { memberId: 'request-reader' },
  });
});

it.each([
  ['UNAUTHENTICATED', '{ myPage { memberId } }', {}],
  ['BAD_USER_INPUT', '{ books(first: 101) { edges { cursor } } }', {}],
  ['BAD_USER_INPUT', 'query($id: ID!) { book(id: $id) { id } }', {}],
  ['GRAPHQL_VALIDATION_FAILED', '{ shelves { id } }', {}],
  ['GRAPHQL_PARSE_FAILED', '{ books(', {}],
])('rejects with an error that has the code %s: %s', async (code, query, variables) => {
  const failed = new GraphQLClient(system.url).request(query, variables);
  await expect(failed).rejects.toBeInstanceOf(ClientError);
  await expect(failed).rejects.toMatchObject({ response: { errors: [{ extensions: { code } }] } });
});

it('has data beside errors under the policy "all"', async () => {
  const client = new GraphQLClient(system.url, { errorPolicy: 'all' });
  const { data, errors } = await client.rawRequest('query($id: ID!) { book(id: $id) { id } myPage { memberId } }', {
    id: titles.ids[0],
  });
  expect(data).toEqual({ book: { id: titles.ids[0] }, myPage: null });
  expect(errors).toMatchObject([{ path: ['myPage'], extensions: { code: 'UNAUTHENTICATED' } }]);
});

describe('over GET', () => {
  const sent: { readonly method: string | undefined; readonly operationName: string | null }[] = [];
  beforeEach(() => {
    sent.length = 0;
  });
  const overGet = () =>
    new GraphQLClient(system.url, {
      method: 'GET',
      headers: { authorization: `Bearer ${reader.token ?? ''}`, 'apollo-require-preflight': 'true' },
      fetch: (input, init) => {
        const { searchParams } = new URL(input instanceof Request ? input.url : input);
        sent.push({ method: init?.method, operationName: searchParams.get('operationName') });
        return fetch(input, init);
      },
    });

  it('sends a query with its variables and its operationName', async () => {
    const [, id = ''] = titles.ids;
    expect(await overGet().request(BOOK, { id })).toMatchObject({ book: { id, title: titles.names[1] } });
    expect(sent).toEqual([{ method: 'GET', operationName: 'Book' }]);
  });

  it('sends a mutation by POST', async () => {
    const [bookId = ''] = titles.ids;
    const { reserveBook } = await overGet().request(RESERVE, { bookId });
    expect(reserveBook?.reservation).toMatchObject({ status: 'READY', book: { id: bookId } });
    expect(sent).toEqual([{ method: 'POST', operationName: null }]);
  });
});
