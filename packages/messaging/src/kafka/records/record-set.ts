import { Undecodable } from './byte-reader';
import { emptyRecord, undecodableRecord, type FetchedRecord } from './fetched-record';
import { decodeMessageSetEntry } from './message-set';
import { decodeRecordBatch, lastOffsetOf } from './record-batch';

/** The size of offset and length, with which every entry begins in every format, and the position of the format. */
const ENTRY_OVERHEAD = 12;
const MAGIC_AT = 16;
const LEAST_LENGTH = 14;

/** Where a record set was read from. */
export interface ReadAt {
  readonly fetchOffset: bigint;
  /** The offset after the last one that the partition has. */
  readonly highWatermark: bigint;
  /** Whether no other partition of the response has records: then its first entry is never cut off. */
  readonly isAlone: boolean;
}

/** How many bytes of records of a response may still be decoded; the rest is fetched again. */
export interface Budget {
  left: number;
}

/**
 * The records of one partition in a broker's response: entries in any format, of which the last may be cut off. One
 * that cannot be decoded ends the set, because the start of what follows it is unknown; when it is first
 * in the next fetch, it is replaced by one record (see undecodableIn), and the fetch after that begins behind it.
 */
export async function decodeRecordSet(set: Buffer, at: ReadAt, budget: Budget): Promise<FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  let next: bigint | undefined;
  for (let position = 0; set.length - position >= ENTRY_OVERHEAD && budget.left > 0;) {
    const base = set.readBigInt64BE(position);
    const length = set.readInt32BE(position + 8);
    const end = position + ENTRY_OVERHEAD + length;
    const isFirst = position === 0;
    if (end > set.length && !(isFirst && at.isAlone)) break;
    const entry = set.subarray(position, Math.max(position + ENTRY_OVERHEAD, Math.min(end, set.length)));
    try {
      if (length < LEAST_LENGTH || end > set.length)
        throw new Undecodable(
          `It declares a length of ${String(length)} bytes; ${String(set.length - ENTRY_OVERHEAD)} came.`,
        );
      const decoded = await decodeEntry(entry, entry.readInt8(MAGIC_AT));
      const last = BigInt(decoded.records.at(-1)?.offset ?? -1);
      if (base < 0n || last >= at.highWatermark)
        throw new Undecodable('It has offsets that the partition does not have.');
      // Behind the first one, an entry that does not follow is not taken for one; it is first in the next fetch.
      if (next !== undefined && BigInt(decoded.records[0]?.offset ?? -1) < next) break;
      for (const record of decoded.records) records.push(record);
      budget.left -= decoded.bytes;
      next = last + 1n;
      position = end;
    } catch (error) {
      if (!(error instanceof Undecodable)) throw error;
      return isFirst ? [standIn(entry, base, at, error.message)] : records;
    }
  }
  return records;
}

function decodeEntry(entry: Buffer, magic: number): Promise<{ records: FetchedRecord[]; bytes: number }> {
  if (magic === 2) return decodeRecordBatch(entry);
  if (magic === 0 || magic === 1) return decodeMessageSetEntry(entry);
  throw new Undecodable(`It is written in format ${String(magic)}, which is unknown.`);
}

/**
 * One record in the place of an entry. Where its end is unknown, or beyond the end of the partition, it stands for one
 * offset only: the next response of the broker has what is behind it.
 */
function standIn(entry: Buffer, base: bigint, at: ReadAt, reason: string): FetchedRecord {
  const isWithin = (offset: bigint): boolean => offset >= 0n && offset < at.highWatermark;
  const first = isWithin(base) ? base : at.fetchOffset;
  const end = lastOffsetOf(entry);
  const last = end !== undefined && isWithin(base) && isWithin(end) ? end : first;
  // It was reported when its first offset was fetched.
  if (last < at.fetchOffset) return emptyRecord(at.fetchOffset);
  return undecodableRecord(last, entry, { firstOffset: Number(first), reason });
}
