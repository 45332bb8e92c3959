import { mongo } from 'mongoose';
import type { Socket } from 'node:net';
import { startFaultProxy, type FaultProxy } from './fault-proxy';

/** What services sent to the engines: how often, by a name like `reserve find aggregates`. */
export type Traffic = Readonly<Record<string, number>>;

interface EngineProxy {
  readonly proxy: FaultProxy;
  /** What was counted since the last call. */
  take(): Traffic;
}

/** Cuts what one connection sends into messages; `lengthOf` reads how long the message is that the bytes begin with. */
function framed(lengthOf: (bytes: Buffer) => number, onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= lengthOf(rest)) {
      const length = lengthOf(rest);
      onMessage(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

async function countingProxy(
  serverPort: number | undefined,
  lengthOf: (bytes: Buffer) => number,
  namesOf: (message: Buffer) => Traffic,
): Promise<EngineProxy> {
  let counts: Record<string, number> = {};
  const count = (message: Buffer): void => {
    for (const [name, times] of Object.entries(namesOf(message))) counts[name] = (counts[name] ?? 0) + times;
  };
  const readers = new WeakMap<Socket, (chunk: Buffer) => void>();
  const proxy = await startFaultProxy(serverPort, (chunk, client) => {
    const reader = readers.get(client) ?? framed(lengthOf, count);
    readers.set(client, reader);
    reader(chunk);
  });
  return {
    proxy,
    take() {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
}

const OP_MSG = 2013;
const HEADER_BYTES = 16;
const FLAG_BYTES = 4;
/** What a driver sends by itself. */
const OF_CONNECTIONS = new Set(['hello', 'ismaster', 'ping', 'saslStart', 'saslContinue', 'endSessions']);

interface MongoCommand {
  readonly body: mongo.BSON.Document;
  /** How many statements it has that change documents. */
  readonly writes: number;
}

function commandIn(message: Buffer): MongoCommand | undefined {
  if (message.readInt32LE(12) !== OP_MSG) return undefined;
  let body: mongo.BSON.Document = {};
  let writes = 0;
  for (let at = HEADER_BYTES + FLAG_BYTES; at < message.length;) {
    const isSequence = message.readUInt8(at) === 1;
    const length = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + length);
    if (isSequence)
      for (let start = section.indexOf(0, 4) + 1; start < length; start += section.readInt32LE(start)) writes += 1;
    else body = mongo.BSON.deserialize(section);
    at += 1 + length;
  }
  const inline = ['updates', 'documents', 'deletes'].flatMap((name) => (body[name] as unknown[] | undefined) ?? []);
  return { body, writes: writes + inline.length };
}

/**
 * Queries at an interval, whether or not there is work, and those of a request that waits until its service has consumed an event: how
 * many there are depends on the time that a test takes.
 */
function isPoll({ body }: MongoCommand): boolean {
  const [first] = (body['pipeline'] ?? []) as readonly { $match?: object }[];
  const filter = { ...(body['filter'] as object | undefined), ...first?.$match };
  const projection = (body['projection'] ?? {}) as object;
  if ('seen' in projection && !('state' in projection)) return true;
  const collection: unknown = Object.values(body)[0];
  return (
    'pendingSince' in filter ||
    'dueAt' in filter ||
    'listed' in filter ||
    collection === 'clock' ||
    collection === 'topic-positions' ||
    collection === 'mypage_versions'
  );
}

/** Stands before a MongoDB, and counts the commands of each service and the documents that they write. */
export const countMongoTraffic = (serverPort: number, databasePrefix: string): Promise<EngineProxy> =>
  countingProxy(
    serverPort,
    (bytes) => bytes.readInt32LE(0),
    (message): Traffic => {
      const command = commandIn(message);
      const [first] = Object.entries(command?.body ?? {}) as [string, unknown][];
      if (!command || !first) return {};
      const [name, collection] = first;
      if (OF_CONNECTIONS.has(name) || isPoll(command)) return {};
      const service = String(command.body['$db']).slice(databasePrefix.length);
      const what = `${service} ${name} ${String(collection)}`;
      return { [what]: 1, ...(command.writes > 0 && { [`${what}, documents`]: command.writes }) };
    },
  );

const PRODUCE = 0;
const OFFSET_COMMIT = 8;
const KAFKA_REQUESTS: Readonly<Record<number, string>> = { [PRODUCE]: 'Produce', [OFFSET_COMMIT]: 'OffsetCommit' };

/**
 * Stands before a Kafka, and counts each service's requests that write. How often a consumer fetches, or sends a heartbeat, depends on
 * the time.
 */
export const countKafkaTraffic = (): Promise<EngineProxy> =>
  countingProxy(
    undefined,
    (bytes) => bytes.readInt32BE(0) + 4,
    (message): Traffic => {
      const request = KAFKA_REQUESTS[message.readInt16BE(4)];
      if (request === undefined) return {};
      const service = message.toString('utf8', 14, 14 + message.readInt16BE(12));
      return { [`${service} ${request}`]: 1 };
    },
  );
