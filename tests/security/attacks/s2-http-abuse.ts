import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { badRequests } from '../../../router/test/support/bad-requests';
import type { Attack } from '../attack';
import { inParallel } from '../inputs/in-parallel';
import { withinShare, type Share } from '../inputs/within-share';
import { codeOf, faultOf, probe, type Answer } from '../probe';

const HEAD = 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
const MIB = 1_024 * 1_024;
const bomb = gzipSync(Buffer.alloc(40 * MIB, 0x20));

/** Bytes that a client of HTTP would not send, each on a connection of its own. */
const raw: Readonly<Record<string, string | Buffer>> = {
  'bytes that are not HTTP': 'NONSENSE\r\n\r\n',
  'a TLS greeting': Buffer.from('16030100c8010000c40303', 'hex'),
  'two lengths': `${HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
  'a length and chunks': `${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  'a negative length': `${HEAD}content-length: -1\r\n\r\n`,
  'a chunk of no size': `${HEAD}transfer-encoding: chunked\r\n\r\nxyz\r\n`,
  'a header of 64 kB': `${HEAD}x-long: ${'x'.repeat(65_536)}\r\n\r\n`,
  'two thousand headers': `${HEAD}${'x-many: 1\r\n'.repeat(2_000)}\r\n`,
  'a NUL in a header': `${HEAD}x-nul: a\0b\r\n\r\n`,
  'a line of a header split': `${HEAD}x-split: a\nb: c\r\n\r\n`,
  'another version': 'GET /graphql HTTP/9.9\r\nhost: localhost\r\n\r\n',
  'a method of its own': 'EXPLODE /graphql HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'no host': 'GET /graphql HTTP/1.1\r\n\r\n',
  'a path upwards': 'GET /ide/../../../../etc/passwd HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'an encoded path upwards': 'GET /ide/%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'another server as its target': 'GET http://169.254.169.254/latest/meta-data HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'an upgrade': 'GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  'a gzip bomb of 40 MB': Buffer.concat([
    Buffer.from(`${HEAD}content-encoding: gzip\r\ncontent-length: ${String(bomb.length)}\r\n\r\n`),
    bomb,
  ]),
  'a body of 40 MB': Buffer.concat([
    Buffer.from(`${HEAD}content-length: ${String(40 * MIB)}\r\n\r\n`),
    Buffer.alloc(MIB, 0x20),
  ]),
};

export const httpAbuse: Attack = {
  id: 'S2',
  name: 'HTTP abuse: malformed JSON, charsets, gzip bomb, 40 MB, batches, CSRF by GET and forms, bytes that are no HTTP, slow headers',
  full: '200 requests and 200 slow connections',
  bar: 'no crash, no 5xx',
  async run(stage) {
    const { url } = await stage.system();
    const asker = probe(url);
    const port = Number(new URL(url).port);
    const times = stage.amount({ short: 1, full: 2 });
    for (let time = 0; time < times; time += 1) {
      await inParallel(badRequests, 4, async ({ what, ask, code, status }) => {
        const answer = await withinShare(() => ask(asker), SHARE);
        if (codeOf(answer) !== code || answer.status !== status)
          asker.blame('it is refused with its code', what, `${String(answer.status)} ${answer.text}`);
      });
      await inParallel(Object.entries(raw), 4, async ([what, bytes]) => {
        const text = await answerTo(port, bytes);
        const fault = faultOf({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text });
        if (fault !== undefined) asker.blame('no 5xx', what, fault);
      });
    }
    const slow = stage.amount({ short: 5, full: 200 });
    await besideSlow(port, slow, async () => {
      const { body, text } = await withinShare(() => asker.post({ query: '{ __typename }' }), SHARE);
      if (!body.data) asker.blame('others are answered beside slow connections', `${String(slow)} of them`, text);
    });
    const requests = times * (badRequests.length + Object.keys(raw).length);
    return {
      amount: `${String(requests)} requests and ${String(slow)} slow connections`,
      measured: `${String(asker.answers())} answers with status and code as they have to be, no 5xx`,
      broken: asker.broken,
    };
  },
};

/** Some of these requests cost as much as they would hold. */
const SHARE: Share<Answer> = {
  retries: 10,
  retryAfterMs: (answer) =>
    codeOf(answer) === 'OVERLOADED' ? Number(answer.headers.get('retry-after')) * 1_000 : undefined,
};

const ANSWERS_WITHIN_MS = 15_000;

/** What comes back before the server hangs up, or after the first answer. */
async function answerTo(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, 'localhost');
  const late = setTimeout(() => socket.destroy(), ANSWERS_WITHIN_MS);
  let text = '';
  try {
    await once(socket, 'connect');
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      socket.destroy();
    });
    // A server may hang up while the rest is still sent.
    socket.on('error', () => undefined);
    socket.write(bytes);
    await once(socket, 'close');
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
  return text;
}

/** Opens connections that have begun a request and do not go on, while the work is done. */
async function besideSlow(port: number, count: number, work: () => Promise<void>): Promise<void> {
  const sockets = Array.from({ length: count }, () => connect(port, 'localhost'));
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
    }
    await work();
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}
