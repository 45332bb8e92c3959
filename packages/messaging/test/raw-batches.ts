import crc32c from 'kafkajs/src/protocol/recordBatch/crc32C';
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface RawRecord {
  readonly key?: string | null;
  readonly value?: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly offsetDelta?: number;
}

export interface RawBatch {
  readonly records: Buffer;
  readonly count: number;
  readonly lastOffsetDelta?: number;
  readonly baseOffset?: number;
  readonly attributes?: number;
  readonly magic?: number;
  readonly producerId?: number;
  /** Added to the right checksum. */
  readonly checksumError?: number;
  /** Added to the right length. */
  readonly lengthError?: number;
}

export const GZIP = 1;
export const SNAPPY = 2;
export const LZ4 = 3;
export const ZSTD = 4;
export const CONTROL = 0x20;
export const TRANSACTIONAL = 0x10;

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = ((value << 1) ^ (value >> 31)) >>> 0; ; left >>>= 7) {
    if (left < 0x80) return Buffer.from([...bytes, left]);
    bytes.push((left & 0x7f) | 0x80);
  }
}

const sized = (bytes: Buffer | null): Buffer =>
  bytes === null ? varint(-1) : Buffer.concat([varint(bytes.length), bytes]);
const bytesOf = (value: string | Buffer | null): Buffer | null =>
  typeof value === 'string' ? Buffer.from(value) : value;

/** A record without its length. */
export function recordBody({ key = null, value = null, headers = {}, offsetDelta = 0 }: RawRecord): Buffer {
  const entries = Object.entries(headers);
  return Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(offsetDelta),
    sized(bytesOf(key)),
    sized(bytesOf(value)),
    varint(entries.length),
    ...entries.flatMap(([name, text]) => [sized(Buffer.from(name)), sized(Buffer.from(text))]),
  ]);
}

export const records = (...all: readonly RawRecord[]): Buffer =>
  Buffer.concat(all.map((record, index) => sized(recordBody({ offsetDelta: index, ...record }))));

/** A record batch (magic 2) with what is wrong about it. */
export function recordBatch(raw: RawBatch): Buffer {
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(raw.baseOffset ?? 0), 0);
  head.writeInt32BE(49 + raw.records.length + (raw.lengthError ?? 0), 8);
  head.writeInt8(raw.magic ?? 2, 16);
  head.writeInt16BE(raw.attributes ?? 0, 21);
  head.writeInt32BE(raw.lastOffsetDelta ?? raw.count - 1, 23);
  head.writeBigInt64BE(1_767_225_600_000n, 27);
  head.writeBigInt64BE(1_767_225_600_000n, 35);
  head.writeBigInt64BE(BigInt(raw.producerId ?? -1), 43);
  head.writeInt16BE(-1, 51);
  head.writeInt32BE(-1, 53);
  head.writeInt32BE(raw.count, 57);
  const batch = Buffer.concat([head, raw.records]);
  batch.writeUInt32BE((crc32c(batch.subarray(21)) + (raw.checksumError ?? 0)) >>> 0, 17);
  return batch;
}

/** Compresses without making it any smaller, but for gzip: what a codec has to read, in its simplest form. */
export const compressed: Readonly<Record<number, (bytes: Buffer) => Buffer>> = {
  [GZIP]: (bytes) => gzipSync(bytes),
  [SNAPPY]: (bytes) => {
    const length = Buffer.from([(bytes.length & 0x7f) | 0x80, (bytes.length >>> 7) & 0x7f]);
    return Buffer.concat([length, Buffer.from([61 << 2, ...int16(bytes.length - 1)]), bytes]);
  },
  [LZ4]: (bytes) => lz4Frame(0x80000000 + bytes.length, bytes),
  [ZSTD]: (bytes) =>
    Buffer.concat([ZSTD_FRAME, Buffer.from([1 | ((bytes.length & 0x1f) << 3), ...int16(bytes.length >>> 5)]), bytes]),
};

const ZSTD_FRAME = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
const int16 = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff];

function lz4Frame(header: number, block: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(header);
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]), size, block, Buffer.alloc(4)]);
}

/** Small batches' records that decompress to more than 32 MiB, up to a gigabyte. */
export const bombs: Readonly<Record<'gzip' | 'lz4' | 'zstd', () => Buffer>> = {
  gzip: () => gzipSync(Buffer.alloc(40_000_000)),
  // One literal, and matches of it as long as 255 bytes per byte say.
  lz4: () => {
    const lengths = Buffer.alloc(900_000, 0xff);
    const block = Buffer.concat([Buffer.from([0x1f, 0x00, 0x01, 0x00]), lengths, Buffer.from([0x00])]);
    return lz4Frame(block.length, block);
  },
  // 8192 blocks of 128 KiB, each of one repeated byte: a gigabyte in 32 KB.
  zstd: () => {
    const block = Buffer.from([0x02, 0x00, 0x10, 0x00]);
    return Buffer.concat([ZSTD_FRAME, ...Array.from({ length: 8_192 }, () => block), Buffer.from([0x01, 0x00, 0x00])]);
  },
};

export interface RawUser {
  readonly name: string;
  readonly password: string;
}
type Ask = (key: number, version: number, ...body: readonly Buffer[]) => Promise<Buffer>;

/**
 * Sends a batch as it is, with Produce in version 3; resolves to the broker's error code (0 for none) and the offset of
 * its first record.
 */
export async function produceBatch(
  broker: string,
  topic: string,
  partition: number,
  batch: Buffer,
  user?: RawUser,
): Promise<{ readonly errorCode: number; readonly baseOffset: number }> {
  const [host = '', port = ''] = broker.split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  const ask: Ask = (key, version, ...body) => {
    const request = Buffer.concat([short(key), short(version), int(1), string('raw'), ...body]);
    socket.write(Buffer.concat([int(request.length), request]));
    return answerOn(socket);
  };
  if (user) await logIn(user, ask);
  const place = [int(1), string(topic), int(1, partition, batch.length)];
  const answer = await ask(0, 3, short(-1), short(-1), int(5_000), ...place, batch);
  socket.destroy();
  const at = 4 + 2 + topic.length + 4 + 4;
  return { errorCode: answer.readInt16BE(at), baseOffset: Number(answer.readBigInt64BE(at + 2)) };
}

const int = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeInt32BE(value, index * 4));
  return bytes;
};
const short = (value: number): Buffer => int(value).subarray(2);
const string = (text: string): Buffer => Buffer.concat([short(text.length), Buffer.from(text)]);

/** The next answer of the broker, after its length and the id of its request. */
async function answerOn(socket: Socket): Promise<Buffer> {
  let answer = Buffer.alloc(0);
  while (answer.length < 4 || answer.length < 4 + answer.readInt32BE(0)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answer = Buffer.concat([answer, chunk]);
  }
  return answer.subarray(8);
}

/** Logs in by SCRAM-SHA-256; the broker's proof is of no interest here. */
async function logIn({ name, password }: RawUser, ask: Ask): Promise<void> {
  const say = (text: string): Promise<Buffer> => ask(36, 0, int(Buffer.byteLength(text)), Buffer.from(text));
  await ask(17, 1, string('SCRAM-SHA-256'));
  const bare = `n=${name},r=raw`;
  // After an error code of two bytes, a message of none and a length.
  const challenge = (await say(`n,,${bare}`)).subarray(8).toString();
  const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(.*)$/.exec(challenge) ?? [];
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = hmac(salted, 'Client Key');
  const unproven = `c=biws,r=${nonce}`;
  const signature = hmac(createHash('sha256').update(clientKey).digest(), [bare, challenge, unproven].join());
  const proof = Buffer.from(clientKey.map((byte, place) => byte ^ (signature[place] ?? 0)));
  const error = (await say(`${unproven},p=${proof.toString('base64')}`)).readInt16BE(0);
  if (error !== 0) throw new Error(`the login of ${name} was refused with error ${String(error)}`);
}
