import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { startEmbeddedKafka, type EmbeddedKafka } from '../src/index';
import { Reader } from '../src/protocol/reader';
import { crc32c } from '../src/protocol/record-batch';
import { Writer } from '../src/protocol/writer';

export const createClient = (brokers: string, retries = 0): Kafka =>
  new Kafka({ brokers: [brokers], clientId: 'test', logLevel: logLevel.NOTHING, retry: { retries } });

export interface RunningBroker {
  readonly broker: EmbeddedKafka;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
  readonly warnings: readonly string[];
  /** A topic of one partition for this test alone. */
  freshTopic(): Promise<string>;
  stop(): Promise<void>;
}

export async function startBroker(): Promise<RunningBroker> {
  const warnings: string[] = [];
  const logger = { info: () => undefined, warn: (message: string) => void warnings.push(message) };
  const broker = await startEmbeddedKafka({ port: 0, logger });
  const kafka = createClient(broker.brokers);
  const admin = kafka.admin();
  const producer = kafka.producer();
  await Promise.all([admin.connect(), producer.connect()]);
  let topics = 0;
  return {
    broker,
    kafka,
    admin,
    producer,
    warnings,
    async freshTopic() {
      const topic = `test${String((topics += 1))}`;
      await admin.createTopics({ topics: [{ topic }] });
      return topic;
    },
    async stop() {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
      await broker.close();
    },
  };
}

export async function dial(port: number): Promise<Socket> {
  const socket = createConnection(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** A request as it goes over the wire, with a length that may be another one than it has. */
export function frame(key: number, version: number, body: Writer, length?: number): Buffer {
  const request = new Writer().int16(key).int16(version).int32(7).string('raw').toBuffer();
  const bytes = Buffer.concat([request, body.toBuffer()]);
  return Buffer.concat([new Writer().int32(length ?? bytes.length).toBuffer(), bytes]);
}

/** Sends bytes on a connection of their own; resolves to the answer's body, undefined when the broker hung up. */
export async function ask(port: number, bytes: Buffer): Promise<Reader | undefined> {
  const socket = await dial(port);
  socket.write(bytes);
  const answer = await Promise.race([
    once(socket, 'data').then(([chunk]) => chunk as Buffer),
    once(socket, 'close').then(() => undefined),
  ]);
  socket.destroy();
  return answer && new Reader(answer.subarray(8));
}

export interface BatchFields {
  readonly magic?: number;
  readonly attributes?: number;
  readonly producerId?: bigint;
  readonly count?: number;
}

/** A record batch of one record of noise, right but for the fields given. */
export function batchOf({ magic = 2, attributes = 0, producerId = -1n, count = 1 }: BatchFields = {}): Buffer {
  const bytes = Buffer.alloc(61 + 8);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt8(magic, 16);
  bytes.writeInt16BE(attributes, 21);
  bytes.writeBigInt64BE(producerId, 43);
  bytes.writeInt16BE(-1, 51);
  bytes.writeInt32BE(-1, 53);
  bytes.writeInt32BE(count, 57);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

export interface ProduceFields {
  readonly topic: string;
  readonly partition?: number;
  readonly acks?: number;
  readonly transactionalId?: string | null;
}

export function produceOf(
  batch: Buffer,
  { topic, partition = 0, acks = -1, transactionalId = null }: ProduceFields,
): Buffer {
  const body = new Writer().string(transactionalId).int16(acks).int32(1_000);
  return frame(
    0,
    3,
    body.array([topic], (name) => {
      body.string(name).array([batch], (bytes) => body.int32(partition).data(bytes));
    }),
  );
}

/** Commits an offset of a group without members; resolves to the error code of the response. */
export async function commit(
  port: number,
  groupId: string,
  { topic, partition, offset }: { readonly topic: string; readonly partition: number; readonly offset: number },
): Promise<number | undefined> {
  const body = new Writer().string(groupId).int32(-1).string('').int64(-1);
  body.array([topic], (name) => {
    body.string(name).array([partition], (place) => body.int32(place).int64(offset).string(null));
  });
  const answer = await ask(port, frame(8, 2, body));
  return answer?.array(() => {
    answer.string();
    return answer.array(() => [answer.int32(), answer.int16()][1])[0];
  })[0];
}
