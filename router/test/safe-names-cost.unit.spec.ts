import { ApolloServer } from '@apollo/server';
import { createDocumentStore } from '@rentalbook/service-kit';
import { buildSchema } from 'graphql';
import type { RequestContext } from '../src/gateway/request-context';
import { SafeNames } from '../src/gateway/safe-names';
import { withSafeNames } from '../src/gateway/safe-names-gateway';

type Gateway = Parameters<typeof withSafeNames>[0];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;

const MIB = 1_024 * 1_024;
const apiSchema = buildSchema('type Query { book(id: ID!): Book } type Book { id: ID! title: String isbn: String }');
const context: RequestContext = {
  caller: null,
  callerKey: 'address',
  language: 'en',
  traceparent: '',
  consistencyToken: undefined,
  deadline: 0,
  clientGone: new AbortController().signal,
  came: { asOperation: false },
};

describe('the cost of safe names', () => {
  const rewrite = jest.spyOn(SafeNames.prototype, 'rewrite');
  const executor = jest.fn<ReturnType<Executor>, Parameters<Executor>>();
  let server: ApolloServer<RequestContext>;
  beforeEach(async () => {
    jest.clearAllMocks();
    const gateway: Gateway = {
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema, coreSupergraphSdl: '' });
        return () => undefined;
      },
      load: () => Promise.resolve({ executor }),
      stop: () => Promise.resolve(),
    };
    server = new ApolloServer({ gateway: withSafeNames(gateway), documentStore: createDocumentStore(MIB) });
    await server.start();
  });
  afterEach(() => server.stop());

  const dataOf = async (query: string, variables: Record<string, unknown>): Promise<unknown> => {
    const { body } = await server.executeOperation({ query, variables }, { contextValue: context });
    return body.kind === 'single' ? body.singleResult.data : undefined;
  };

  it('of an operation without a clash is one visit of its document, however often it is asked', async () => {
    // A field that was not asked for stays only where the answer is not executed a second time.
    const data = { book: { title: 'Momo', notAskedFor: 1 } };
    executor.mockResolvedValue({ data });
    for (const id of ['1', '2', '3'])
      expect(await dataOf('query($id: ID!) { book(id: $id) { title } }', { id })).toEqual(data);
    expect(rewrite).toHaveBeenCalledTimes(1);
    expect(executor).toHaveBeenCalledTimes(3);
    const documents = executor.mock.calls.map(([{ document }]) => document);
    expect(new Set(documents).size).toBe(1);
    expect(documents[0]?.loc?.source.body).toBe('query($id: ID!) { book(id: $id) { title } }');
  });

  it('of an operation with a clash is one visit too, and one pass over each answer', async () => {
    executor.mockResolvedValue({ data: { book: { alias__id: '978', notAskedFor: 1 } } });
    for (const id of ['1', '2', '3'])
      expect(await dataOf('query($id: ID!) { book(id: $id) { id: isbn } }', { id })).toEqual({ book: { id: '978' } });
    expect(rewrite).toHaveBeenCalledTimes(1);
    expect(executor).toHaveBeenCalledTimes(3);
    expect(new Set(executor.mock.calls.map(([{ document }]) => document)).size).toBe(1);
  });
});
