import { once } from 'node:events';
import * as http from 'node:http';
import { createServer, type Agent, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { directRequest, isLoopback } from '../src/http/direct-request';

let server: Server;
let url: string;
beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === '/silent') return;
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () =>
      response.writeHead(request.url === '/away' ? 503 : 200).end(`${request.method ?? ''} ${body}`),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a call to another process of the system', () => {
  it('resolves to the status and the text, also of a failure', async () => {
    expect(await directRequest(url)).toEqual({ status: 200, text: 'GET ' });
    expect(await directRequest(url, { method: 'POST', body: '{"ü":1}' })).toEqual({
      status: 200,
      text: 'POST {"ü":1}',
    });
    expect(await directRequest(`${url}/away`)).toEqual({ status: 503, text: 'GET ' });
  });

  it('does not go through the global agent, which may stand for a proxy', async () => {
    const proxied = jest.spyOn(http.globalAgent as Agent & { addRequest: () => void }, 'addRequest');
    await directRequest(url);
    expect(proxied).not.toHaveBeenCalled();
    proxied.mockRestore();
  });

  it('rejects with the reason of its signal', async () => {
    await expect(directRequest(`${url}/silent`, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('rejects when nothing listens', async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await expect(directRequest(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

it.each([
  ['http://localhost:1/keys', true],
  ['http://127.0.0.1/keys', true],
  ['http://[::1]:1/', true],
  ['http://127.example.com/', false],
  ['https://issuer.example.com/', false],
])('%s is on this machine: %s', (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});
