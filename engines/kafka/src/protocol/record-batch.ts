import { errorCode, type ErrorCode } from './error-codes';

/** What the broker reads of a record batch (magic 2); the records inside stay as the producer wrote them. */
export interface RecordBatch {
  readonly bytes: Buffer;
  /** Offsets the batch takes up. */
  readonly length: number;
  readonly maxTimestamp: number;
}

const AT = {
  batchLength: 8,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
};
const HEADER_BYTES = 61;
const MOST_BYTES = 1_048_588;
const NO_PRODUCER = -1n;
const TRANSACTIONAL_OR_CONTROL = 0x30;
const COMPRESSION = 0x07;
/** None, gzip, snappy, lz4, zstd: the broker stores what it does not read. */
const LAST_COMPRESSION = 4;

/** The batch, or why the broker does not take it. */
export function readRecordBatch(bytes: Buffer): RecordBatch | { readonly error: ErrorCode } {
  if (bytes.length > MOST_BYTES) return { error: errorCode.MESSAGE_TOO_LARGE };
  if (bytes.length < HEADER_BYTES || bytes.readInt32BE(AT.batchLength) !== bytes.length - 12)
    return { error: errorCode.CORRUPT_MESSAGE };
  if (bytes.readInt8(AT.magic) !== 2) return { error: errorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT };
  if (bytes.readUInt32BE(AT.crc) !== crc32c(bytes.subarray(AT.attributes))) return { error: errorCode.CORRUPT_MESSAGE };
  // Idempotent and transactional producers are promised things that this broker does not keep track of.
  const attributes = bytes.readInt16BE(AT.attributes);
  if ((attributes & TRANSACTIONAL_OR_CONTROL) !== 0 || bytes.readBigInt64BE(AT.producerId) !== NO_PRODUCER)
    return { error: errorCode.INVALID_REQUEST };
  if ((attributes & COMPRESSION) > LAST_COMPRESSION) return { error: errorCode.UNSUPPORTED_COMPRESSION_TYPE };
  const length = bytes.readInt32BE(AT.lastOffsetDelta) + 1;
  if (length < 1 || length !== bytes.readInt32BE(AT.count)) return { error: errorCode.CORRUPT_MESSAGE };
  return {
    bytes,
    length,
    maxTimestamp: Number(bytes.readBigInt64BE(AT.maxTimestamp)),
  };
}

/** The batch as it is stored: with its place in the log, which its checksum does not cover. */
export function placedAt(batch: RecordBatch, baseOffset: number): Buffer {
  const placed = Buffer.from(batch.bytes);
  placed.writeBigInt64BE(BigInt(baseOffset), 0);
  return placed;
}

const CASTAGNOLI = 0x82f63b78;
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ CASTAGNOLI : value >>> 1;
  return value;
});

export function crc32c(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
