import mongoose from 'mongoose';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

const { BSON, Timestamp } = mongoose.mongo;
const HOST = '127.0.0.1';
const OP_MSG = 2013;
/** A message: length, id, id of the request, opcode and flags, then the kind of the first section. */
const KIND_AT = 20;
const BODY = 0;

type Fields = Record<string, unknown>;

/** Moments that a replica set has: it answers the first read of a session with the newest. */
const MOMENT = new Timestamp({ t: 1_700_000_000, i: 1 });

export interface SnapshotProxy {
  readonly url: string;
  /** The read concern of each read, in their order; undefined where it has none. */
  readonly readConcerns: readonly unknown[];
  close(): Promise<void>;
}

/**
 * Makes a standalone look like a member of a replica set as far as snapshots go: it says the name of a set, answers a read with the
 * moment that was read, and takes the read concern, which a standalone refuses, out of the command.
 */
export async function startSnapshotProxy(serverPort: number): Promise<SnapshotProxy> {
  const readConcerns: unknown[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const ofTheClient = (fields: Fields): Fields => {
    const { readConcern, ...rest } = fields;
    if ('find' in fields) readConcerns.push(readConcern);
    return rest;
  };
  const ofTheServer = (fields: Fields): Fields => {
    const { cursor } = fields;
    return {
      ...fields,
      ...('ismaster' in fields && { setName: 'rs0' }),
      ...(typeof cursor === 'object' && { cursor: { ...cursor, atClusterTime: MOMENT } }),
    };
  };
  const server = createServer((client) => {
    const upstream = connect(serverPort, HOST);
    keep(client);
    keep(upstream);
    passOn(client, upstream, ofTheClient);
    passOn(upstream, client, ofTheServer);
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `mongodb://${HOST}:${String(port)}/`,
    readConcerns,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes whole messages on, each as `edited` leaves it. */
function passOn(from: Socket, to: Socket, edited: (fields: Fields) => Fields): void {
  let received = Buffer.alloc(0);
  from.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
      const length = received.readInt32LE(0);
      to.write(rewrite(received.subarray(0, length), edited));
      received = received.subarray(length);
    }
  });
  from.on('close', () => to.destroy());
}

function rewrite(message: Buffer, edited: (fields: Fields) => Fields): Buffer {
  if (message.readInt32LE(12) !== OP_MSG || message.readUInt8(KIND_AT) !== BODY) return message;
  const end = KIND_AT + 1 + message.readInt32LE(KIND_AT + 1);
  const fields = BSON.deserialize(message.subarray(KIND_AT + 1, end), { promoteValues: false, promoteLongs: false });
  const body = Buffer.from(BSON.serialize(edited(fields)));
  const rewritten = Buffer.concat([message.subarray(0, KIND_AT + 1), body, message.subarray(end)]);
  rewritten.writeInt32LE(rewritten.length, 0);
  return rewritten;
}
