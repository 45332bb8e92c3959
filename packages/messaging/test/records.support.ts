import { type FetchedRecord } from '../src/kafka/records/fetched-record';
import { decodeRecordSet, type ReadAt } from '../src/kafka/records/record-set';
import { records } from './raw-batches';

export const MEGABYTES = 1_048_576;
export const at: ReadAt = { fetchOffset: 0n, highWatermark: 100n, isAlone: true };

export const decode = (
  set: Buffer,
  from: Partial<ReadAt> = {},
  budget = { left: 32 * MEGABYTES },
): Promise<FetchedRecord[]> => decodeRecordSet(set, { ...at, ...from }, budget);

export const shown = (all: readonly FetchedRecord[]) =>
  all.map(({ offset, key, value }) => [Number(offset), key?.toString() ?? null, value?.toString() ?? null]);

export const two = records({ key: 'a', value: '1', headers: { h: 'x' } }, { key: 'b', value: '2' });
