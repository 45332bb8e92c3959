import { crc32 } from 'node:zlib';
import { ByteReader, Undecodable } from './byte-reader';
import { decompress, isCompressed } from './codecs/decompress';
import type { FetchedRecord } from './fetched-record';

const CHECKED_FROM = 16;
const ENTRY_OVERHEAD = 12;

/** The messages of an entry in format 0 or 1, which topics of brokers before 0.11 still hold; one, or a compressed set. */
export async function decodeMessageSetEntry(entry: Buffer): Promise<{ records: FetchedRecord[]; bytes: number }> {
  const outer = readMessage(entry);
  if (!isCompressed(outer.attributes)) return { records: [outer], bytes: entry.length };
  const content = await decompress(outer.attributes, outer.value ?? Buffer.alloc(0));
  const inner: FetchedRecord[] = [];
  for (const reader = new ByteReader(content); reader.left > 0;) {
    const head = reader.bytes(ENTRY_OVERHEAD);
    const message = readMessage(Buffer.concat([head, reader.bytes(head.readInt32BE(8))]));
    if (isCompressed(message.attributes)) throw new Undecodable('A compressed message holds another one.');
    inner.push(message);
  }
  const last = inner.at(-1);
  if (!last) throw new Undecodable('A compressed message is empty.');
  // Format 1 numbers them from 0; the offset of the whole is that of the last one.
  const base = outer.magicByte === 0 ? 0n : BigInt(outer.offset) - BigInt(last.offset);
  const records = inner.map((message) => ({ ...message, offset: String(BigInt(message.offset) + base) }));
  if (records.some(({ offset }, index) => index > 0 && BigInt(offset) <= BigInt(records[index - 1]?.offset ?? -1)))
    throw new Undecodable('A message has an offset that is not between those of its neighbours.');
  if (BigInt(records[0]?.offset ?? -1) < 0n) throw new Undecodable('A message has a negative offset.');
  return { records, bytes: content.length };
}

function readMessage(entry: Buffer): FetchedRecord {
  const reader = new ByteReader(entry);
  const offset = reader.int64();
  reader.int32();
  if (reader.uint32() !== crc32(entry.subarray(CHECKED_FROM))) throw new Undecodable('Its checksum does not match.');
  const magicByte = reader.int8();
  if (magicByte !== 0 && magicByte !== 1) throw new Undecodable(`A message has the format ${String(magicByte)}.`);
  const attributes = reader.int8();
  const timestamp = magicByte === 0 ? -1n : reader.int64();
  const key = reader.nullableBytes(reader.int32());
  const value = reader.nullableBytes(reader.int32());
  if (reader.left > 0) throw new Undecodable(`A message is ${String(reader.left)} bytes longer than what it holds.`);
  return {
    magicByte,
    attributes,
    timestamp: String(timestamp),
    offset: String(offset),
    key,
    value,
    headers: {},
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
  };
}
