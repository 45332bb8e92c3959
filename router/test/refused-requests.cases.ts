import { eventually } from '@rentalbook/test-kit/eventually';
import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { createHeldBodies } from '../src/limits/held-bodies';
import { REFUSAL_PAUSE_MS } from '../src/limits/refusal-pace';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

/** A refusal costs four points: this is enough for two. */
const ADDRESS_BUDGET = '8';
/** Enough for an operation that has no plan yet. */
const MEMBER_BUDGET = '20';
const json = { 'content-type': 'application/json' };
const query = JSON.stringify({ query: '{ __typename }' });

describe('requests that are refused before they are an operation', () => {
  let router: RouterUnderTest;
  let clock: ManualClock;
  let idle: number;
  beforeEach(async () => {
    clock = createManualClock();
    router = await startRouterUnderTest({ MEMBER_BUDGET, ADDRESS_BUDGET, TRUST_PROXY: '1' }, clock);
    await post(query, { authorization: `Bearer ${await router.token({ sub: 'the first' })}` });
    idle = clock.pending();
  });
  afterEach(() => router.stop());

  const from = (address: string) => ({ 'x-forwarded-for': address });
  const strange = { authorization: 'Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.AAAA' };
  const hash = '0'.repeat(64);
  const post = (body: string, headers: Record<string, string> = {}) => router.post(body, headers);

  it.each<[string, (sender: Record<string, string>) => Promise<{ readonly status: number }>]>([
    ['a token that is not valid', (sender) => post(query, { ...sender, ...strange })],
    ['two words for a token', (sender) => post(query, { ...sender, authorization: 'Bearer a b' })],
    ['a body that is no JSON', (sender) => post('{x', sender)],
    ['a media type that is not served', (sender) => post(query, { ...sender, accept: 'image/png' })],
    [
      'a charset that is not served',
      (sender) => post(query, { ...sender, 'content-type': 'application/json; charset=latin1' }),
    ],
    ['a GET as a form sends it', (sender) => router.fetch('/graphql?query={__typename}', { headers: sender })],
    [
      'a persisted query that is not known',
      (sender) => post(JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } }), sender),
    ],
    [
      'a preflight',
      (sender) =>
        router.fetch('/graphql', {
          method: 'OPTIONS',
          headers: { ...sender, origin: 'https://evil.example', 'access-control-request-method': 'POST' },
        }),
    ],
  ])('%s: answered twice, then at the pace of a caller whose budget is spent', async (_what, ask) => {
    const mallory = from('192.0.2.1');
    await ask(mallory);
    await ask(mallory);
    const answered = jest.fn();
    const third = ask(mallory).finally(answered);
    await eventually(() => clock.pending() > idle);
    expect(answered).not.toHaveBeenCalled();
    expect((await post(query, from('192.0.2.2'))).status).toBe(200);
    clock.advance(REFUSAL_PAUSE_MS);
    await third;
  });

  it('do not keep a member out who comes from the same address with a token that was accepted before', async () => {
    const alice = { ...from('192.0.2.1'), authorization: `Bearer ${await router.token({ sub: 'alice' })}` };
    expect((await post(query, alice)).status).toBe(200);
    for (let times = 0; times < 2; times += 1)
      expect((await post(query, { ...from('192.0.2.1'), ...strange })).status).toBe(401);
    expect((await post(query, alice)).status).toBe(200);
    const bob = { ...from('192.0.2.1'), authorization: `Bearer ${await router.token({ sub: 'bob' })}` };
    const refused = post(query, bob);
    await eventually(() => clock.pending() > idle);
    clock.advance(REFUSAL_PAUSE_MS);
    expect((await refused).status).toBe(429);
  });

  it('are not answered any more once 750 of one caller wait for their answers', async () => {
    const { port, hostname } = new URL(router.url);
    const request = `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\nx-forwarded-for: 192.0.2.1\r\ncontent-length: 2\r\n\r\n{x`;
    const sockets = Array.from({ length: 30 }, () => connect(Number(port), hostname));
    const closed = sockets.map(
      (socket) =>
        new Promise((resolve) => {
          socket.on('error', () => undefined).resume();
          socket.once('close', resolve);
        }),
    );
    for (const socket of sockets) socket.write(request.repeat(30));
    await Promise.race(closed);
    expect((await post(query, from('192.0.2.2'))).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  });
});

describe('the bodies of requests', () => {
  it('of a caller who holds none are read, whatever others hold', async () => {
    const requireRoom = createHeldBodies({
      ...{ perCaller: 100, atMost: 150, onRefused: () => undefined },
      pace: () => Promise.resolve(true),
    });
    const hold = (caller: string, bytes: number, response = new EventEmitter()) =>
      requireRoom(caller, { 'content-length': String(bytes) }, response as ServerResponse);
    const first = new EventEmitter();
    await hold('mallory', 80, first);
    await hold('malice', 70);
    await expect(hold('malice', 10)).rejects.toThrow('You have too many requests under way');
    await hold('bob', 10);
    await expect(hold('bob', 10)).rejects.toThrow('You have too many requests under way');
    first.emit('close');
    await hold('bob', 10);
  });

  it('are not held for a client that has left before they are read', async () => {
    const requireRoom = createHeldBodies({
      ...{ perCaller: 100, atMost: 150, onRefused: () => undefined },
      pace: () => Promise.resolve(true),
    });
    const hold = (response: object) => requireRoom('bob', { 'content-length': '80' }, response as ServerResponse);
    await hold(Object.assign(new EventEmitter(), { closed: true }));
    await hold(new EventEmitter());
    await expect(hold(new EventEmitter())).rejects.toThrow('You have too many requests under way');
  });

  let asked = 0;
  /** Each asks for another book, so that none is answered by the fetch of another. */
  const nextBody = (): string => {
    asked += 1;
    const variables = { id: String(asked), unused: 'x'.repeat(90_000) };
    return JSON.stringify({ query: 'query($id: ID!) { book(id: $id) { id } }', variables });
  };
  it('of one caller are held up to a megabyte at once; what is beyond is refused before it is read', async () => {
    const clock = createManualClock();
    const router = await startRouterUnderTest({ TRUST_PROXY: '1' }, clock);
    const answers: (() => void)[] = [];
    router.subgraphs.book.behave((_, response) => {
      answers.push(() => response.setHeader('content-type', 'application/json').end('{"data":{"book":null}}'));
      return undefined;
    });
    const ask = (address: string) => router.post(nextBody(), { ...json, 'x-forwarded-for': address });
    const held = Array.from({ length: 11 }, () => ask('192.0.2.1'));
    await eventually(() => answers.length === 11);
    const idle = clock.pending();
    const beyond = ask('192.0.2.1');
    await eventually(() => clock.pending() > idle);
    const other = ask('192.0.2.2');
    await eventually(() => answers.length === 12);
    clock.advance(REFUSAL_PAUSE_MS);
    expect((await beyond).status).toBe(429);
    for (const answer of answers) answer();
    for (const { status } of await Promise.all([...held, other])) expect(status).toBe(200);
    const again = ask('192.0.2.1');
    await eventually(() => answers.length === 13);
    answers.at(-1)?.();
    expect((await again).status).toBe(200);
    await router.stop();
  });
});
