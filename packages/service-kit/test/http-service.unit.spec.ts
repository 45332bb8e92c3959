import { eventually } from '@rentalbook/test-kit/eventually';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import pino from 'pino';
import { startHttpService, type HttpService, type HttpServiceOptions } from '../src';

describe('an HTTP service', () => {
  let service: HttpService;
  async function start(options: Partial<HttpServiceOptions>): Promise<void> {
    service = await startHttpService({
      port: 0,
      host: '127.0.0.1',
      logger: pino({ level: 'silent' }),
      readiness: () => Promise.resolve(undefined),
      routes: () => Promise.resolve(),
      ...options,
    });
  }
  afterEach(() => service.stop());
  const open = () => connect({ port: service.port, host: '127.0.0.1' });

  it('closes a connection whose request does not arrive in time, with 408', async () => {
    await start({ arrivalMs: 50 });
    const slow = open();
    slow.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-a: ');
    expect(await text(slow)).toMatch(/^HTTP\/1\.1 408 /);
  });

  const room = { connections: 2, pendingPerConnection: 2 };
  /** A connection that is in use, or that has begun a request. */
  const connected = async (sent: string) => {
    const socket = open();
    // The server may end it before it has read all.
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(sent);
    return socket;
  };
  const closed = (socket: Socket) => eventually(() => socket.closed, { what: 'the end of a connection' });
  const health = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n';
  const slow = 'POST /healthz HTTP/1.1\r\nhost: localhost\r\n';
  const slowBody = `${slow}content-type: application/json\r\ncontent-length: 9\r\n\r\n{`;
  const answered = async () => {
    const socket = await connected(health);
    await once(socket, 'data');
    return socket;
  };

  it('ends the connection that never sent a request for a new one, not one that is in use', async () => {
    await start({ room });
    const used = await answered();
    const never = await connected(slow);
    const [third] = await Promise.all([answered(), closed(never)]);
    used.write(health);
    expect(String(await once(used, 'data'))).toMatch(/^HTTP\/1.1 200 /);
    for (const socket of [used, third]) socket.destroy();
  });

  it('ends the connection that was idle for longest, where all have sent one', async () => {
    await start({ room });
    const [longest, last] = [await answered(), await answered()];
    const [third] = await Promise.all([answered(), closed(longest)]);
    for (const socket of [last, third]) socket.destroy();
  });

  it('ends a connection whose request does not end, and none whose request is being answered', async () => {
    const answers: (() => void)[] = [];
    await start({
      room,
      routes: (http) => {
        http.get('/late', (_request, reply) => {
          answers.push(() => void reply.send('late'));
          return reply;
        });
        return Promise.resolve();
      },
    });
    const waits = await connected('GET /late HTTP/1.1\r\nhost: localhost\r\n\r\n');
    while (answers.length === 0) await setImmediate();
    const slowOne = await connected(slowBody);
    const [third] = await Promise.all([answered(), closed(slowOne)]);
    answers[0]?.();
    expect(String(await once(waits, 'data'))).toContain('late');
    for (const socket of [waits, third]) socket.destroy();
  });

  it('ends a connection on which more requests wait for their answers than one may have', async () => {
    await start({
      room,
      routes: (http) => {
        http.get('/never', () => new Promise(() => undefined));
        return Promise.resolve();
      },
    });
    const greedy = await connected('GET /never HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(3));
    greedy.resume();
    await closed(greedy);
  });

  it('ends a connection with the answer to its last request', async () => {
    await start({ connections: { maxRequests: 2, maxAgeMs: 60_000 } });
    const busy = open();
    busy.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(2));
    const answers = (await text(busy)).split('HTTP/1.1 200').slice(1);
    expect(answers.map((answer) => /^connection: close\r$/im.test(answer))).toEqual([false, true]);
  });

  it('refuses a route with a JSON schema, for which it has no compiler', async () => {
    await start({});
    const routes: HttpServiceOptions['routes'] = (http) => {
      http.post('/titles', { schema: { body: { type: 'object' } } }, () => '');
      return Promise.resolve();
    };
    await expect(start({ routes })).rejects.toThrow('A route has a JSON schema');
  });
});
