import type { ServerResponse } from 'node:http';
import { type Behaviour } from './support/fake-subgraph';

export const TIMEOUT_MS = 150;
export const hang: Behaviour = () => undefined;
export const wellFormed: Behaviour = () => ({ data: { book: { id: '1' } } });

export const drip: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => {
    clearInterval(timer);
  });
  return undefined;
};

export const dropConnection: Behaviour = (_, response) => {
  response.destroy();
  return undefined;
};

export const answering =
  (status: number, body: string): Behaviour =>
  (_, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    return undefined;
  };

export const endless: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('"' + 'x'.repeat(10_000_001) + '"');
  return undefined;
};

/** Never answered: the time limit ends the call. */
export const silences: [string, Behaviour][] = [
  ['hangs', hang],
  ['drips', drip],
];

/** Answered, or broken off, at once: no time has to pass. */
export const faults: [string, Behaviour][] = [
  ['drops the connection', dropConnection],
  ['answers 500', answering(500, '{"errors":[{"message":"at /srv/x.js:1:1"}]}')],
  ['answers 503', answering(503, 'Service Unavailable')],
  ['refuses the identity', answering(401, '{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}')],
  ['answers 404', answering(404, '{"error":"Not Found"}')],
  ['answers 302', answering(302, '')],
  ['answers HTML', answering(200, '<html><body>nginx</body></html>')],
  ['answers nothing', answering(200, '')],
  ['answers null', answering(200, 'null')],
  ['answers a list', answering(200, '[]')],
  ['answers a text for data', answering(200, '{"data":"yes"}')],
  ['answers without data or errors', answering(200, '{}')],
  ['answers errors that are none', answering(200, '{"data":null,"errors":["x"]}')],
  ['answers more than 10 MB', endless],
];
