import { eventually } from '@rentalbook/test-kit/eventually';
import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { testSignatures } from '@rentalbook/test-kit/signatures';
import Fastify, { type FastifyInstance } from 'fastify';
import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import {
  CONSISTENCY_HEADER,
  CONSISTENCY_PURPOSE,
  createConsistencyTokens,
  createIdentitySigner,
  createIdentityVerifier,
  createMetrics,
  createSignedTexts,
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IDENTITY_PURPOSE,
  mountSubgraph,
  subgraphSchema,
  type RequestContext,
  type StreamPosition,
} from '../src';
import { ALLOW } from './support';

const keys = testSignatures('router', 'reserve', 'mypage');
const textsOf = (service: string, purpose: string) => createSignedTexts(keys.of(service), purpose);
const tokens = createConsistencyTokens(textsOf('reserve', CONSISTENCY_PURPOSE));
const reserved: StreamPosition = { source: 'reserve', key: 'book-1', sequence: 7 };
const rented: StreamPosition = { source: 'rental', key: 'book-1', sequence: 3 };
const HALF_A_SECOND = 500;
const POLL_EVERY_MS = 10;
/** The time limit of the request itself, and that of the wait for what its token names. */
const BOTH_LIMITS = 2;

class DatabaseAway extends Error {}

interface Answered {
  readonly body: { readonly data?: { upToDate: boolean }; readonly errors?: { extensions: { code: string } }[] };
  readonly status: number;
}

describe('a reader who sends a consistency token', () => {
  const clock = createManualClock();
  const running: FastifyInstance[] = [];
  let counted: unknown[];
  beforeEach(() => {
    counted = [];
  });
  afterEach(() => Promise.all(running.splice(0).map((http) => http.close())));

  /** A subgraph that answers whether it is up to date, and how far it has consumed the streams. */
  async function subgraph(hasConsumed: (position: StreamPosition) => Promise<boolean | undefined>) {
    const http = Fastify();
    const logger = pino({ level: 'silent' });
    await mountSubgraph<RequestContext>(http, {
      schema: subgraphSchema(`${ALLOW} type Query { upToDate: Boolean! @allow(to: [ANYONE]) }`, {
        Query: { upToDate: (_: unknown, __: unknown, { upToDate }: RequestContext) => upToDate },
      }),
      logger,
      metrics: {
        ...createMetrics('mypage', logger),
        count(...what) {
          if (what[0] === 'ignored_consistency_tokens') counted.push(what);
        },
      },
      tokens,
      verifier: createIdentityVerifier({
        texts: textsOf('mypage', IDENTITY_PURPOSE),
        audience: 'mypage',
        signers: { [GRAPHQL_PATH]: 'router' },
      }),
      errors: {
        isUnavailable: (error) => error instanceof DatabaseAway,
        badInput: (error) => (error instanceof RangeError ? () => error.message : undefined),
        overloaded: () => undefined,
      },
      hasConsumed,
      clock,
      context: (request) => request,
    });
    running.push(http);
    const signer = createIdentitySigner(textsOf('router', IDENTITY_PURPOSE));
    return async (token?: string): Promise<Answered> => {
      const payload = JSON.stringify({ query: '{ upToDate }' });
      const headers = {
        'content-type': 'application/json',
        [IDENTITY_HEADER]: signer.sign(null, { audience: 'mypage', path: GRAPHQL_PATH, body: payload }),
        ...(token !== undefined && { [CONSISTENCY_HEADER]: token }),
      };
      const { body, statusCode } = await http.inject({ method: 'POST', url: '/graphql', headers, payload });
      return { body: JSON.parse(body) as Answered['body'], status: statusCode };
    };
  }

  it('is answered at once without one, and without a query', async () => {
    const hasConsumed = jest.fn();
    const ask = await subgraph(hasConsumed);
    expect((await ask()).body).toEqual({ data: { upToDate: true } });
    expect((await ask(tokens.token([]))).body).toEqual({ data: { upToDate: true } });
    expect(hasConsumed).not.toHaveBeenCalled();
  });

  it('is answered as soon as the subgraph has consumed every change that the token names', async () => {
    const queried: StreamPosition[] = [];
    const ask = await subgraph((position) => {
      queried.push(position);
      return Promise.resolve(queried.filter(({ source }) => source === position.source).length > 2);
    });
    const answered = jest.fn();
    const answer = ask(tokens.token([reserved, rented])).finally(answered);
    await eventually(() => {
      if (clock.pending() > BOTH_LIMITS) clock.advance(POLL_EVERY_MS);
      return answered.mock.calls.length > 0;
    });
    expect((await answer).body).toEqual({ data: { upToDate: true } });
    expect(queried).toEqual([reserved, reserved, reserved, rented, rented, rented]);
  });

  it('does not wait for a stream that the subgraph does not follow', async () => {
    const ask = await subgraph(() => Promise.resolve(undefined));
    expect((await ask(tokens.token([reserved]))).body).toEqual({ data: { upToDate: true } });
  });

  it.each<[string, () => Promise<boolean>]>([
    ['has not consumed the change', () => Promise.resolve(false)],
    ['gets no answer of its database in time', () => new Promise(() => undefined)],
    ['finds its database away', () => Promise.reject(new DatabaseAway())],
  ])('waits half a second at most, and is marked stale, when the subgraph %s', async (_what, hasConsumed) => {
    const ask = await subgraph(hasConsumed);
    const answered = jest.fn();
    const answer = ask(tokens.token([reserved])).finally(answered);
    await eventually(() => clock.pending() >= BOTH_LIMITS);
    clock.advance(HALF_A_SECOND - 1);
    await setImmediate();
    expect(answered).not.toHaveBeenCalled();
    clock.advance(1);
    expect((await answer).body).toEqual({ data: { upToDate: false } });
    expect(clock.pending()).toBe(0);
  });

  it('gets the error of a bug, not a stale answer', async () => {
    const ask = await subgraph(() => Promise.reject(new TypeError('a bug')));
    const { body, status } = await ask(tokens.token([reserved]));
    expect(status).toBe(500);
    expect(body.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
  });

  const real = tokens.token([reserved]);
  const changed = (at: number): string => real.slice(0, at) + (real[at] === 'A' ? 'B' : 'A') + real.slice(at + 1);
  it.each([
    ['that is no token', 'abc'],
    ['with another signature', changed(real.length - 40)],
    ['with another place', changed(40)],
    ['with another key', changed(4)],
    ['that is cut off', real.slice(0, -4)],
    [
      'of another installation',
      createConsistencyTokens(createSignedTexts(testSignatures('reserve').of('reserve'), CONSISTENCY_PURPOSE)).token([
        reserved,
      ]),
    ],
    ['that the router signed', textsOf('router', CONSISTENCY_PURPOSE).sign([['reserve', 'book-1', 7]])],
    ['signed for another purpose', textsOf('reserve', 'cursor').sign([['reserve', 'book-1', 7]])],
    ['of another shape', textsOf('reserve', CONSISTENCY_PURPOSE).sign([['reserve', 7, 'book-1']])],
    ['of 10,000 characters', 'A'.repeat(10_000)],
    ['that is three of these', `${changed(40)}, abc, ${real.slice(0, -4)}`],
  ])('is answered without one %s, and marked stale', async (_what, token) => {
    const hasConsumed = jest.fn();
    const ask = await subgraph(hasConsumed);
    const { body, status } = await ask(token);
    expect({ body, status }).toEqual({ body: { data: { upToDate: false } }, status: 200 });
    expect(hasConsumed).not.toHaveBeenCalled();
    expect(counted).toEqual([['ignored_consistency_tokens', {}, token.split(',').length]]);
  });

  it.each([
    ['that is empty', ''],
    ['of spaces', '   '],
    ['that is two empty ones', ' , '],
  ])('is answered as if there were none for one %s', async (_what, token) => {
    const ask = await subgraph(() => Promise.resolve(false));
    expect((await ask(token)).body).toEqual({ data: { upToDate: true } });
    expect(counted).toEqual([]);
  });

  it('waits for all of several headers, and for those that are real when one is not', async () => {
    const queried: StreamPosition[] = [];
    const ask = await subgraph((position) => {
      queried.push(position);
      return Promise.resolve(true);
    });
    expect((await ask(`${real}, ${tokens.token([rented])}`)).body).toEqual({ data: { upToDate: true } });
    expect(queried).toEqual([reserved, rented]);
    expect((await ask(`${real}, abc`)).body).toEqual({ data: { upToDate: false } });
    expect(queried).toEqual([reserved, rented, reserved]);
  });
});
