import crc32c from 'kafkajs/src/protocol/recordBatch/crc32C';
import { ByteReader, Undecodable } from './byte-reader';
import { decompress } from './codecs/decompress';
import { emptyRecord, type FetchedRecord } from './fetched-record';

const MAGIC_AT = 16;
const ATTRIBUTES_AT = 21;
const MAGIC = 2;
const ATTRIBUTE = { logAppendTime: 0x08, transactional: 0x10, control: 0x20 } as const;
/** Each takes about 400 bytes of memory, however small it was: a tiny compressed batch can hold millions. */
const MOST_RECORDS = 100_000;
const LEAST_RECORD_BYTES = 7;
const LEAST_CONTROL_KEY_BYTES = 4;

interface Header {
  readonly baseOffset: bigint;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly count: number;
}

/**
 * The records of a batch of format 2, control records included, and one that is empty where the last offsets hold
 * none any more. Throws Undecodable unless every record of the batch can be read.
 */
export async function decodeRecordBatch(batch: Buffer): Promise<{ records: FetchedRecord[]; bytes: number }> {
  const reader = new ByteReader(batch);
  const header = readHeader(reader);
  if (!isIntact(batch)) throw new Undecodable('Its checksum does not match.');
  if (header.lastOffsetDelta < 0) throw new Undecodable('It ends before it begins.');
  if (header.count < 0 || header.count > MOST_RECORDS)
    throw new Undecodable(`It declares ${String(header.count)} records; up to ${String(MOST_RECORDS)} are read.`);
  const content = await decompress(header.attributes, reader.rest());
  if (content.length < header.count * LEAST_RECORD_BYTES)
    throw new Undecodable(`It declares ${String(header.count)} records and does not have them.`);

  const records = readRecords(new ByteReader(content), header);
  const end = header.baseOffset + BigInt(header.lastOffsetDelta);
  if (records.at(-1)?.offset !== String(end)) records.push(emptyRecord(end));
  return { records, bytes: content.length };
}

/** The last offset of a batch whose records cannot be read; undefined when its header contradicts itself. */
export function lastOffsetOf(batch: Buffer): bigint | undefined {
  if (batch[MAGIC_AT] !== MAGIC) return undefined;
  try {
    const { baseOffset, lastOffsetDelta, count } = readHeader(new ByteReader(batch));
    const isPlausible = lastOffsetDelta >= 0 && (isIntact(batch) || count === lastOffsetDelta + 1);
    return isPlausible ? baseOffset + BigInt(lastOffsetDelta) : undefined;
  } catch (error) {
    if (error instanceof Undecodable) return undefined;
    throw error;
  }
}

const isIntact = (batch: Buffer): boolean =>
  crc32c(batch.subarray(ATTRIBUTES_AT)) === batch.readUInt32BE(ATTRIBUTES_AT - 4);

function readHeader(reader: ByteReader): Header {
  const baseOffset = reader.int64();
  // Length, leader epoch, magic and checksum.
  reader.bytes(4 + 4 + 1 + 4);
  const attributes = reader.int16();
  const lastOffsetDelta = reader.int32();
  const firstTimestamp = reader.int64();
  const maxTimestamp = reader.int64();
  const producerId = reader.int64();
  // Producer epoch and first sequence.
  reader.bytes(2 + 4);
  const count = reader.int32();
  return { baseOffset, attributes, lastOffsetDelta, firstTimestamp, maxTimestamp, producerId, count };
}

function readRecords(content: ByteReader, header: Header): FetchedRecord[] {
  const records: FetchedRecord[] = [];
  let before = -1;
  for (let index = 0; index < header.count; index += 1) {
    const [record, delta] = readRecord(new ByteReader(content.bytes(content.varint())), header);
    if (delta <= before || delta > header.lastOffsetDelta)
      throw new Undecodable('A record has an offset that is not between those of its neighbours.');
    before = delta;
    records.push(record);
  }
  if (content.left > 0) throw new Undecodable(`${String(content.left)} bytes follow its last record.`);
  return records;
}

function readRecord(reader: ByteReader, header: Header): [record: FetchedRecord, offsetDelta: number] {
  const { attributes: ofBatch } = header;
  const attributes = reader.int8();
  const timestampDelta = reader.varlong();
  const offsetDelta = reader.varint();
  const key = reader.nullableBytes(reader.varint());
  const value = reader.nullableBytes(reader.varint());
  const headers = readHeaders(reader);
  if (reader.left > 0) throw new Undecodable(`A record is ${String(reader.left)} bytes longer than what it holds.`);
  const isControlRecord = (ofBatch & ATTRIBUTE.control) !== 0;
  if (isControlRecord && (key?.length ?? 0) < LEAST_CONTROL_KEY_BYTES)
    throw new Undecodable('A control record does not say what it is.');
  const isLogAppendTime = (ofBatch & ATTRIBUTE.logAppendTime) !== 0;
  const record = {
    magicByte: MAGIC,
    attributes,
    timestamp: String(isLogAppendTime ? header.maxTimestamp : header.firstTimestamp + timestampDelta),
    offset: String(header.baseOffset + BigInt(offsetDelta)),
    key,
    value,
    headers,
    isControlRecord,
    batchContext: {
      producerId: String(header.producerId),
      inTransaction: (ofBatch & ATTRIBUTE.transactional) !== 0,
    },
  };
  return [record, offsetDelta];
}

function readHeaders(reader: ByteReader): FetchedRecord['headers'] {
  const count = reader.varint();
  // Each has two lengths of its own.
  if (count < 0 || count * 2 > reader.left)
    throw new Undecodable(`A record declares ${String(count)} headers and does not have them.`);
  const headers = new Map<string, Buffer | Buffer[]>();
  for (let index = 0; index < count; index += 1) {
    const name = reader.bytes(reader.varint()).toString('utf8');
    const value = reader.nullableBytes(reader.varint()) ?? Buffer.alloc(0);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(headers);
}
