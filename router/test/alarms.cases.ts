import { connect } from 'node:net';
import { eventually } from '@rentalbook/test-kit/eventually';
import { startRouterUnderTest, type RouterUnderTest } from './support/router-under-test';

const QUERY = JSON.stringify({ query: '{ book(id: "1") { id } }' });
const head = (method: string, ...headers: string[]): string =>
  [`${method} /graphql HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n');
const json = 'content-type: application/json';
const upgrade = (protocol: string): string[] => ['connection: Upgrade', `upgrade: ${protocol}`];

describe('a client that does not keep to HTTP raises no alarm', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouterUnderTest({ METRICS_PORT: '0' });
  });
  afterAll(() => router.stop());

  /** Sends bytes, and resolves to what came back by the time that either side closed the connection. */
  const exchange = (bytes: string, closesAt: () => boolean): Promise<string> =>
    new Promise((resolve) => {
      let received = '';
      const socket = connect(Number(new URL(router.url).port), '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (data) => (received += data.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve(received);
      });
      void eventually(() => socket.destroyed || received !== '' || closesAt()).then(() => socket.destroy());
    });
  const never = (): boolean => false;

  it.each([
    ['bytes that are none', 'NONSENSE\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'a WebSocket',
      head('GET', ...upgrade('websocket'), 'sec-websocket-version: 13', 'sec-websocket-key: a2V5'),
      /^HTTP\/1\.1 4/,
    ],
    ['a change to HTTP/2', head('GET', ...upgrade('h2c'), 'http2-settings: AAA'), /^HTTP\/1\.1 4/],
    ['a tunnel', 'CONNECT mongo:27017 HTTP/1.1\r\nhost: localhost\r\n\r\n', /^(HTTP\/1\.1 4|$)/],
    ['a method that is none', head('PURGE'), /^HTTP\/1\.1 40/],
    ['a host that is not ours', 'GET /graphql HTTP/1.1\r\nhost: attacker.example\r\n\r\n', /^HTTP\/1\.1 4/],
    ['an address that is not encoded', 'GET /%zz HTTP/1.1\r\nhost: localhost\r\n\r\n', /^HTTP\/1\.1 4/],
    ['an expectation that is none', head('POST', json, 'expect: wonders', 'content-length: 2'), /^HTTP\/1\.1 4/],
    ['headers of 20,000 characters', head('GET', `x-long: ${'x'.repeat(20_000)}`), /^HTTP\/1\.1 431 /],
    ['a length that is none', head('POST', json, 'content-length: many'), /^HTTP\/1\.1 400 /],
    ['a chunk that is none', `${head('POST', json, 'transfer-encoding: chunked')}zz\r\n{}`, /^HTTP\/1\.1 400 /],
    ['two lengths', head('POST', json, 'content-length: 2', 'content-length: 3'), /^HTTP\/1\.1 400 /],
  ])('%s', async (_what, bytes, answer) => {
    expect(await exchange(bytes, never)).toMatch(answer);
    expect((await router.fetch('/healthz')).status).toBe(200);
    expect(router.alarms()).toEqual([]);
  });

  it('a connection that closes in the middle of a request', async () => {
    const connections = `${head('POST', json, 'content-length: 1000')}{"query`;
    await exchange(connections, () => true);
    await router.fetch('/healthz');
    expect(router.alarms()).toEqual([]);
  });

  it.each([
    ['that subgraphs answer', (): object => ({ data: { book: { id: '1' } } })],
    ['that they refuse', (): object => ({ errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }] })],
    ['that they do not answer', (): undefined => undefined],
  ])('a connection that closes before the answer to a query %s', async (_what, behaviour) => {
    const { book } = router.subgraphs;
    book.requests.length = 0;
    book.behave((_request, response) => {
      void eventually(() => closed).then(() => {
        const answer = behaviour();
        if (answer) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
        else response.destroy();
      });
      return undefined;
    });
    let closed = false;
    const request = `${head('POST', json, `content-length: ${String(QUERY.length)}`)}${QUERY}`;
    expect(await exchange(request, () => book.requests.length === 1)).toBe('');
    closed = true;
    await router.fetch('/healthz');
    book.behave(() => ({ data: { book: { id: '2' } } }));
    expect((await router.post(QUERY)).body).toEqual({ data: { book: { id: '2' } } });
    expect(router.alarms()).toEqual([]);
  });

  it('and none is counted as a defect; a subgraph with one is', async () => {
    expect(await router.outcomes()).not.toContain('INTERNAL_SERVER_ERROR');
    const masked = { message: 'x is not a function', extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: 'its-id' } };
    router.subgraphs.book.behave(() => ({ data: { book: null }, errors: [masked] }));
    await router.post(QUERY);
    expect(await router.outcomes()).toContain('INTERNAL_SERVER_ERROR');
    expect(router.alarms()).toEqual([expect.objectContaining({ codes: ['INTERNAL_SERVER_ERROR'] })]);
  });
});
