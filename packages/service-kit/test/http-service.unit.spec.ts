import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
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

  it('closes connections beyond those it may have', async () => {
    await start({ maxConnections: 2 });
    const [first, second] = [open(), open()];
    await Promise.all([once(first, 'connect'), once(second, 'connect')]);
    const third = open();
    expect(await text(third)).toBe('');
    first.destroy();
    second.destroy();
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
