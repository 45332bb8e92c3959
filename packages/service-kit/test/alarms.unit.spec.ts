import { noopMetrics } from '@rentalbook/observability/metrics';
import { explain } from '@rentalbook/sentences';
import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { testSignatures } from '@rentalbook/test-kit/signatures';
import Fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import {
  badUserInput,
  CONSISTENCY_PURPOSE,
  createConsistencyTokens,
  createIdentitySigner,
  createIdentityVerifier,
  createSignedTexts,
  DEADLINE_HEADER,
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  mountSubgraph,
  subgraphSchema,
  type RequestContext,
} from '../src';
import { ALLOW } from './support';

const keys = testSignatures('router', 'book');
const signer = createIdentitySigner(createSignedTexts(keys.of('router'), IDENTITY_PURPOSE));
const textsOf = (purpose: string) => createSignedTexts(keys.of('book'), purpose);
const signers = { [GRAPHQL_PATH]: 'router', '/internal/away': 'router', '/internal/defect': 'router' };
const SDL = `${ALLOW}
  type Query { fail(with: String!): String @allow(to: [ANYONE]) private: String @allow(to: [MEMBER]) }`;

class Away extends Error {}
class Busy extends Error {}
class Misused extends Error {}

const faults: Readonly<Record<string, () => Promise<string>>> = {
  'an engine that is away': () => Promise.reject(new Away('mongo-0:27017')),
  'too many keys': () => Promise.reject(new Busy('Use fewer.')),
  'a key of another command': () => Promise.reject(new Misused('Use another.')),
  'bad input': () => Promise.reject(badUserInput('ID_NO_TEXT', { field: 'id', given: '7' })),
  'a wait without end': () => new Promise(() => undefined),
  'a TypeError': () => Promise.resolve().then(() => (undefined as unknown as string).trim()),
};
const failing = (fault: string): string => JSON.stringify({ query: `{ fail(with: "${fault}") }` });
const asked = (query: string, variables = {}): string => JSON.stringify({ query, variables });

describe('a subgraph', () => {
  let http: FastifyInstance;
  let clock: ManualClock;
  const alarms: { readonly msg: string }[] = [];
  const outcomes: unknown[] = [];
  beforeAll(async () => {
    clock = createManualClock();
    http = Fastify({ bodyLimit: 1_000 });
    await mountSubgraph<RequestContext>(http, {
      schema: subgraphSchema(SDL, {
        Query: { fail: (_root: unknown, args: { with: string }) => faults[args.with]?.(), private: () => 'x' },
      }),
      logger: pino({ level: 'error' }, { write: (line: string) => alarms.push(JSON.parse(line) as { msg: string }) }),
      metrics: { ...noopMetrics, count: (_what, labels) => void outcomes.push(Object.values(labels)[0]) },
      clock,
      tokens: createConsistencyTokens(textsOf(CONSISTENCY_PURPOSE)),
      verifier: createIdentityVerifier({ texts: textsOf(IDENTITY_PURPOSE), audience: 'book', signers }),
      errors: {
        isUnavailable: (error) => error instanceof Away,
        overloaded: (error) => (error instanceof Busy ? explain('IDEMPOTENCY_KEYS_USED_UP', { perDay: 1 }) : undefined),
        badInput: (error) => (error instanceof Misused ? explain('IDEMPOTENCY_KEY_REUSED', { key: 'k' }) : undefined),
      },
      hasConsumed: () => Promise.resolve(true),
      context(request) {
        if (request.traceparent === context.traceparent) throw new Away('mongo-0:27017');
        return request;
      },
    });
    http.post('/internal/away', () => faults['an engine that is away']?.());
    http.post('/internal/defect', () => faults['a TypeError']?.());
  });
  afterAll(() => http.close());
  beforeEach(() => {
    alarms.length = outcomes.length = 0;
  });

  interface Sent {
    readonly payload?: string;
    readonly headers?: Record<string, string>;
    readonly method?: 'GET' | 'POST';
    readonly url?: string;
  }
  const send = async ({ payload = '', headers = {}, method = 'POST', url = '/graphql' }: Sent) => {
    const signed = { [IDENTITY_HEADER]: signer.sign(null, { audience: 'book', path: url, body: payload }) };
    const type = { 'content-type': 'application/json' };
    const request = { method, url, headers: { ...type, ...signed, ...headers }, ...(method === 'POST' && { payload }) };
    const answer = http.inject(request);
    if (payload.includes('without end')) {
      while (clock.pending() === 0) await new Promise(setImmediate);
      clock.advance(1_000);
    }
    return answer;
  };
  const context = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' };

  it.each<[string, Sent, string]>([
    ['no body', {}, 'UNAUTHENTICATED|BAD_REQUEST'],
    ['a body that is not JSON', { payload: '{"query": ' }, 'BAD_REQUEST'],
    ['a body of null', { payload: 'null' }, 'BAD_REQUEST'],
    ['a body of a list', { payload: '[]' }, 'BAD_REQUEST'],
    ['another content type', { payload: 'a=b', headers: { 'content-type': 'text/csv' } }, 'BAD_REQUEST'],
    ['a body that is too long', { payload: asked('#'.repeat(2_000)) }, 'BAD_REQUEST'],
    ['no identity', { payload: asked('{ private }'), headers: { [IDENTITY_HEADER]: '' } }, 'UNAUTHENTICATED'],
    [
      'a forged identity',
      { payload: asked('{ private }'), headers: { [IDENTITY_HEADER]: 'e30.x' } },
      'UNAUTHENTICATED',
    ],
    ['a caller without the role', { payload: asked('{ private }') }, 'UNAUTHENTICATED'],
    ['a GET', { method: 'GET' }, ''],
    ['no query', { payload: '{}' }, 'BAD_REQUEST'],
    ['a query that ends too early', { payload: asked('{ fail(') }, 'GRAPHQL_PARSE_FAILED'],
    ['a field that is not there', { payload: asked('{ shelf }') }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a missing variable', { payload: asked('query($w: String!) { fail(with: $w) }') }, 'BAD_USER_INPUT'],
    [
      'a variable of another type',
      { payload: asked('query($w: String!) { fail(with: $w) }', { w: {} }) },
      'BAD_USER_INPUT',
    ],
    [
      'an operation without a name',
      { payload: asked('query A { private } query B { private }') },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['bad input', { payload: failing('bad input') }, 'BAD_USER_INPUT'],
    ['a key of another command', { payload: failing('a key of another command') }, 'BAD_USER_INPUT'],
    ['too many keys', { payload: failing('too many keys') }, 'OVERLOADED'],
    ['an engine that is away', { payload: failing('an engine that is away') }, 'UNAVAILABLE'],
    ['an engine that is away from the beginning', { payload: asked('{ private }'), headers: context }, 'UNAVAILABLE'],
    [
      'a deadline that is over',
      { payload: failing('a wait without end'), headers: { [DEADLINE_HEADER]: '500' } },
      'UNAVAILABLE',
    ],
    ['an engine that is away behind another route', { payload: '{}', url: '/internal/away' }, 'UNAVAILABLE'],
  ])('raises no alarm for %s', async (_what, sent, codes) => {
    const { body } = await send(sent);
    if (codes !== '') expect(body).toMatch(new RegExp(`"code":"(${codes})"`));
    expect(alarms).toEqual([]);
    expect(outcomes).not.toContain('INTERNAL_SERVER_ERROR');
  });

  it('gives the error of a defect an id that begins with the id of the trace', async () => {
    const { body } = await send({
      payload: failing('a TypeError'),
      headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01' },
    });
    expect(body).toMatch(/"errorId":"0af7651916cd43dd8448eb211c80319c-[0-9a-f]{8}"/);
  });

  it('raises one for a defect, and counts it', async () => {
    expect((await send({ payload: failing('a TypeError') })).body).toContain('INTERNAL_SERVER_ERROR');
    expect([alarms.map(({ msg }) => msg), outcomes]).toEqual([['a request failed'], ['INTERNAL_SERVER_ERROR']]);
    expect((await send({ payload: '{}', url: '/internal/defect' })).statusCode).toBe(500);
    expect(alarms).toHaveLength(2);
  });
});
