import mongoose from 'mongoose';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { Logger } from '../src/index';
import { startEngine, type RunningEngine } from './support';

const warnings: string[] = [];
const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => void warnings.push(message),
  error: (message) => void warnings.push(message),
};

let running: RunningEngine;
beforeAll(async () => {
  running = await startEngine({ logger });
});
afterAll(() => running.stop());
beforeEach(() => {
  warnings.length = 0;
});

async function dial(): Promise<Socket> {
  const socket = createConnection(running.engine.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function message(operation: number, body: Buffer, length = 16 + body.length): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(1, 4);
  header.writeInt32LE(operation, 12);
  return Buffer.concat([header, body]);
}

const OP_MSG = 2013;
const ping = Buffer.from(mongoose.mongo.BSON.serialize({ ping: 1, $db: 'admin' }));
const flagged = (flags: number, section = Buffer.concat([Buffer.from([0]), ping])): Buffer => {
  const bits = Buffer.alloc(4);
  bits.writeUInt32LE(flags);
  return Buffer.concat([bits, section]);
};
const cut = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length - 3);

describe('a client that does not speak the protocol', () => {
  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['zeros', Buffer.alloc(64)],
    ['a negative length', message(OP_MSG, flagged(0), -5)],
    ['a length of two gigabytes', message(OP_MSG, flagged(0), 0x7fffffff)],
    ['an unknown operation', message(4711, ping)],
    ['compression', message(2012, ping)],
    ['an empty message', message(OP_MSG, Buffer.alloc(0))],
    ['unknown flags', message(OP_MSG, flagged(1 << 5))],
    ['a checksum', message(OP_MSG, flagged(1))],
    ['an unknown section', message(OP_MSG, flagged(0, Buffer.concat([Buffer.from([9]), ping])))],
    [
      'two commands at once',
      message(OP_MSG, flagged(0, Buffer.concat([Buffer.from([0]), ping, Buffer.from([0]), ping]))),
    ],
    ['a document that is cut off', message(OP_MSG, flagged(0, Buffer.concat([Buffer.from([0]), cut(ping)])))],
    ['a document of noise', message(OP_MSG, flagged(0, Buffer.concat([Buffer.from([0, 9, 0, 0, 0, 77, 1, 2, 3, 0])])))],
    ['a sequence without a name', message(OP_MSG, flagged(0, Buffer.from([1, 8, 0, 0, 0, 65, 65, 65, 65])))],
  ])('is hung up on after %s, with one line in the log, and other clients are not affected', async (_what, bytes) => {
    const socket = await dial();
    const closed = once(socket, 'close');
    socket.write(bytes);
    await closed;
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^closing the connection of 127\.0\.0\.1:\d+: [^\n]+$/);
    expect(await running.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('costs nothing when it sends half a message and leaves', async () => {
    const socket = await dial();
    socket.end(message(OP_MSG, cut(flagged(0)), 16 + flagged(0).length));
    await once(socket, 'close');
    expect(warnings).toEqual([]);
    expect(await running.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  });
});

describe('a client that speaks the protocol', () => {
  it('is answered when its message comes byte by byte', async () => {
    const socket = await dial();
    socket.setNoDelay(true);
    for (const byte of message(OP_MSG, flagged(0))) socket.write(Buffer.from([byte]));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(mongoose.mongo.BSON.deserialize(answer.subarray(21))).toEqual({ ok: 1 });
    socket.destroy();
  });

  it('is answered in order when it does not wait', async () => {
    const socket = await dial();
    const asked = Array.from({ length: 20 }, (_, id) => {
      const bytes = message(OP_MSG, flagged(0));
      bytes.writeInt32LE(id, 4);
      return bytes;
    });
    socket.write(Buffer.concat(asked));
    let answers = Buffer.alloc(0);
    const size = 21 + mongoose.mongo.BSON.serialize({ ok: 1 }).length;
    for await (const chunk of socket) {
      answers = Buffer.concat([answers, chunk as Buffer]);
      if (answers.length >= 20 * size) break;
    }
    expect(asked.map((_, place) => answers.readInt32LE(place * size + 8))).toEqual(asked.map((_, id) => id));
  });

  it('gets no answer when it wants none, and the write is made', async () => {
    const books = running.fresh();
    await books.insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
    await running.db.command({ ping: 1 });
    expect(await books.findOne({ _id: 1 })).toEqual({ _id: 1 });
  });
});
