import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { testSignatures } from '@rentalbook/test-kit/signatures';
import Fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import {
  createConsistencyTokens,
  createIdentitySigner,
  createIdentityVerifier,
  createMetrics,
  createSignedTexts,
  DEADLINE_HEADER,
  CONSISTENCY_PURPOSE,
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  mountSubgraph,
  subgraphSchema,
  requestDeadline,
  type RequestContext,
} from '../src';
import { ALLOW } from './support';

const keys = testSignatures('router', 'book');
const SDL = `${ALLOW}
  type Query { wait: String @allow(to: [ANYONE]) }
  type Mutation { act(name: String!): String @allow(to: [ANYONE]) }`;

describe('the deadline of a request', () => {
  it.each([
    ['1000', 850],
    ['100', 50],
    ['99', 49],
    ['0', 0],
    ['60000', 59_850],
    ['999999', 59_850],
    ['999999999999', 9_850],
    ['-5', 9_850],
    ['1e3', 9_850],
    ['soon', 9_850],
    [undefined, 9_850],
  ])('of a header %p leaves %p ms', (header, leftMs) => {
    expect(requestDeadline(header, createManualClock()).leftMs()).toBe(leftMs);
  });

  it('leaves whole milliseconds on a clock that counts fractions, as a timer requires', () => {
    const clock = createManualClock();
    clock.advance(0.3);
    const deadline = requestDeadline('1000', clock);
    for (const [passed, leftMs] of [
      [0.25, 849],
      [500, 349],
      [349, 0],
      [1_000, 0],
    ] as const) {
      clock.advance(passed);
      expect(deadline.leftMs()).toBe(leftMs);
      expect(() => AbortSignal.timeout(deadline.leftMs())).not.toThrow();
    }
  });
});

describe('a subgraph whose router waits for a limited time', () => {
  const clock = createManualClock();
  const begun: string[] = [];
  let http: FastifyInstance;
  let finish: () => void;

  beforeEach(async () => {
    begun.length = 0;
    http = Fastify();
    const logger = pino({ level: 'silent' });
    const unfinished = new Promise<string>((resolve) => {
      finish = () => {
        resolve('done');
      };
    });
    await mountSubgraph<RequestContext>(http, {
      schema: subgraphSchema(SDL, {
        Query: { wait: () => unfinished },
        Mutation: {
          act(_root: unknown, { name }: { name: string }) {
            begun.push(name);
            return unfinished;
          },
        },
      }),
      logger,
      clock,
      metrics: createMetrics('book', logger),
      tokens: createConsistencyTokens(createSignedTexts(keys.of('book'), CONSISTENCY_PURPOSE)),
      verifier: createIdentityVerifier({
        texts: createSignedTexts(keys.of('book'), IDENTITY_PURPOSE),
        audience: 'book',
        signers: { [GRAPHQL_PATH]: 'router' },
      }),
      errors: {
        isUnavailable: () => false,
        overloaded: () => undefined,
        badInput: () => undefined,
      },
      hasConsumed: () => Promise.resolve(true),
      context: (request) => request,
    });
  });
  afterEach(() => http.close());

  const ask = async (query: string): Promise<unknown> => {
    const payload = JSON.stringify({ query });
    const headers = {
      'content-type': 'application/json',
      [IDENTITY_HEADER]: createIdentitySigner(createSignedTexts(keys.of('router'), IDENTITY_PURPOSE)).sign(null, {
        audience: 'book',
        path: GRAPHQL_PATH,
        body: payload,
      }),
      [DEADLINE_HEADER]: '1000',
    };
    const { body } = await http.inject({ method: 'POST', url: '/graphql', headers, payload });
    return JSON.parse(body);
  };
  const UNAVAILABLE = expect.objectContaining({ extensions: { code: 'UNAVAILABLE' } }) as object;

  it('answers UNAVAILABLE before the router gives up', async () => {
    const answer = ask('{ wait }');
    while (clock.pending() === 0) await new Promise(setImmediate);
    clock.advance(850);
    expect(await answer).toEqual({ errors: [UNAVAILABLE] });
    finish();
  });

  it('begins no further field of a mutation once the time is over', async () => {
    const answer = ask('mutation { first: act(name: "first") second: act(name: "second") }');
    while (begun.length === 0) await new Promise(setImmediate);
    clock.advance(850);
    expect(await answer).toEqual({ errors: [UNAVAILABLE] });
    finish();
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(begun).toEqual(['first']);
  });

  it('carries out all of a mutation that has time', async () => {
    finish();
    expect(await ask('mutation { first: act(name: "first") second: act(name: "second") }')).toEqual({
      data: { first: 'done', second: 'done' },
    });
    expect(begun).toEqual(['first', 'second']);
  });
});
