import { decompressSnappy } from '../src/kafka/records/codecs/snappy';
import { undecodableIn } from '../src/kafka/records/fetched-record';
import byKafka from './compressed-by-kafka.json';
import {
  bombs,
  compressed,
  CONTROL,
  GZIP,
  LZ4,
  recordBatch,
  recordBody,
  records,
  SNAPPY,
  TRANSACTIONAL,
  varint,
  ZSTD,
  type RawBatch,
} from './raw-batches';
import { MEGABYTES, decode, shown, two } from './records.support';
import './old-records.cases';

describe('a batch of records', () => {
  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('that Apache Kafka compressed with %s is read', async (codec) => {
    const read = await decode(Buffer.from(byKafka[codec], 'base64'));
    expect(read.map(({ offset, key }) => [offset, key?.toString()])).toEqual([
      ['0', 'book-1'],
      ['1', 'book-2'],
      ['2', 'book-3'],
    ]);
    for (const [index, { value, headers }] of read.entries()) {
      const text = 'In stock, on rental, in stock, on rental. '.repeat(20);
      expect(JSON.parse(String(value))).toEqual({ n: index + 1, text });
      expect(String(headers['h'])).toBe(`v${String(index + 1)}`);
    }
  });

  it.each([0, GZIP, SNAPPY, LZ4, ZSTD])('of codec %i is read in its simplest form, raw Snappy too', async (codec) => {
    const content = compressed[codec]?.(two) ?? two;
    const batch = recordBatch({ records: content, count: 2, attributes: codec, baseOffset: 7 });
    expect(shown(await decode(batch))).toEqual([
      [7, 'a', '1'],
      [8, 'b', '2'],
    ]);
  });

  it('keeps its timestamps, its headers, also repeated ones, and its nulls', async () => {
    const [record] = await decode(recordBatch({ records: records({ headers: { h: 'x', empty: '' } }), count: 1 }));
    expect(record).toMatchObject({ timestamp: '1767225600000', key: null, value: null, isControlRecord: false });
    expect(record?.headers).toEqual({ h: Buffer.from('x'), empty: Buffer.alloc(0) });
  });

  it('of a transaction says whose it is, and its markers are control records', async () => {
    const commit = records({ key: Buffer.from([0, 0, 0, 1]).toString('latin1'), value: Buffer.alloc(6) });
    const set = Buffer.concat([
      recordBatch({ records: two, count: 2, attributes: TRANSACTIONAL, producerId: 9 }),
      recordBatch({ records: commit, count: 1, attributes: TRANSACTIONAL | CONTROL, producerId: 9, baseOffset: 2 }),
    ]);
    const read = await decode(set);
    expect(read.map(({ isControlRecord }) => isControlRecord)).toEqual([false, false, true]);
    expect(read[0]?.batchContext).toEqual({ producerId: '9', inTransaction: true });
  });

  it.each<[string, RawBatch]>([
    ['all of whose records were compacted away', { records: Buffer.alloc(0), count: 0, lastOffsetDelta: 4 }],
    ['whose last records were compacted away', { records: two, count: 2, lastOffsetDelta: 4 }],
  ])('%s is passed as a whole', async (_, batch) => {
    const read = await decode(recordBatch(batch));
    expect(read.at(-1)).toMatchObject({ offset: '4', isControlRecord: true });
    expect(read.filter(({ isControlRecord }) => !isControlRecord)).toHaveLength(batch.count);
  });
});

const withRecord = (body: Buffer): RawBatch => ({ records: Buffer.concat([varint(body.length), body]), count: 1 });
const body = recordBody({ key: 'a', value: '1' });

const damaged: readonly [string, RawBatch, RegExp][] = [
  ['a wrong checksum', { records: two, count: 2, checksumError: 1 }, /checksum/],
  ['an unknown codec', { records: two, count: 2, attributes: 5 }, /no compression codec 5/],
  ['an unknown format', { records: two, count: 2, magic: 3 }, /format 3/],
  ['more records than it has', { records: two, count: 5 }, /declared|declares/],
  ['fewer records than it has', { records: two, count: 1, lastOffsetDelta: 1 }, /follow its last record/],
  ['a million records', { records: two, count: 1_000_000 }, /up to 100000/],
  ['a negative count', { records: two, count: -1, lastOffsetDelta: 1 }, /declares -1 records/],
  ['an end before its beginning', { records: two, count: 2, lastOffsetDelta: -1 }, /ends before it begins/],
  ['a record that is cut off', { records: two.subarray(0, -3), count: 2 }, /are left/],
  ['a negative record length', { records: Buffer.concat([varint(-7), two]), count: 2 }, /negative/],
  ['a negative key length', withRecord(Buffer.from([0, 0, 0, 3, 1, 0, 0])), /negative/],
  ['a negative header count', withRecord(Buffer.from([0, 0, 0, 1, 1, 3, 0])), /-2 headers/],
  ['a billion headers', withRecord(Buffer.from([0, 0, 0, 1, 1, 0xfe, 0xff, 0xff, 0xff, 0x07])), /headers/],
  ['an endless number', withRecord(Buffer.concat([Buffer.from([0]), Buffer.alloc(12, 0xff)])), /64 bits/],
  ['a record longer than what it holds', withRecord(Buffer.concat([body, Buffer.alloc(3)])), /3 bytes longer/],
  ['an offset outside', { records: records({ key: 'a', offsetDelta: 50 }), count: 1 }, /offset/],
  ['the same offset twice', { records: records({ offsetDelta: 1 }, { offsetDelta: 1 }), count: 2 }, /offset/],
  ['a control record without a type', { records: records({}), count: 1, attributes: CONTROL }, /control record/],
  ...[GZIP, SNAPPY, LZ4, ZSTD].map((codec): [string, RawBatch, RegExp] => [
    `bytes that codec ${String(codec)} did not write`,
    { records: Buffer.alloc(300, 0x9d), count: 2, attributes: codec },
    /\.$/,
  ]),
  ...[GZIP, SNAPPY, LZ4, ZSTD].map((codec): [string, RawBatch, RegExp] => [
    `a stream of codec ${String(codec)} that is cut off`,
    { records: compressed[codec]?.(two).subarray(0, -9) ?? two, count: 2, attributes: codec },
    /\.$/,
  ]),
];

describe('a batch with', () => {
  it.each(damaged)('%s is one undecodable record with its offsets, its bytes and a reason', async (_, raw, reason) => {
    const batch = recordBatch({ ...raw, baseOffset: 10 });
    const read = await decode(Buffer.concat([batch, recordBatch({ records: two, count: 2, baseOffset: 20 })]));
    expect(read).toHaveLength(1);
    const [record] = read;
    if (!record) throw new Error('there should be a record');
    expect(undecodableIn(record)).toMatchObject({ firstOffset: 10, reason: expect.stringMatching(reason) });
    expect(record.value).toEqual(batch);
    expect(record).toMatchObject({ key: null, isControlRecord: false });
  });

  it.each(Object.entries(bombs))(
    '%s data that decompress to more than 32 MiB are given up early',
    async (name, bomb) => {
      const attributes = { gzip: GZIP, lz4: LZ4, zstd: ZSTD }[name] ?? 0;
      const before = process.memoryUsage().arrayBuffers;
      const [record] = await decode(recordBatch({ records: bomb(), count: 1, attributes }));
      expect(record && undecodableIn(record)?.reason).toMatch(/decompress to more than 33554432 bytes/);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150 * MEGABYTES);
    },
  );

  it.each([
    ['Snappy data that declare four gigabytes', SNAPPY, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0x00])],
    ['a Zstandard window of two gigabytes', ZSTD, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa7, 0x01, 0x00, 0x00])],
    ['a Zstandard content of two gigabytes', ZSTD, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0x7f, 1, 0, 0])],
  ])('%s takes no such memory', async (_, attributes, content) => {
    const before = process.memoryUsage().arrayBuffers;
    const [record] = await decode(recordBatch({ records: content, count: 1, attributes }));
    expect(record && undecodableIn(record)).toBeDefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * MEGABYTES);
  });
});

describe('a record set', () => {
  const first = recordBatch({ records: two, count: 2, baseOffset: 0 });
  const second = recordBatch({ records: two, count: 2, baseOffset: 2 });

  it('ends before a batch that is cut off or cannot be decoded, which the next fetch begins with', async () => {
    expect(await decode(Buffer.concat([first, second.subarray(0, -5)]))).toHaveLength(2);
    const bad = recordBatch({ records: two, count: 2, baseOffset: 2, checksumError: 1 });
    const read = await decode(Buffer.concat([first, bad, second]));
    expect(shown(read).map(([offset]) => offset)).toEqual([0, 1]);
    expect(read.some((record) => undecodableIn(record))).toBe(false);
  });

  it('whose first batch is cut off waits for the rest while another partition filled the response', async () => {
    expect(await decode(second.subarray(0, -5), { isAlone: false })).toEqual([]);
    const [record] = await decode(second.subarray(0, -5), { fetchOffset: 2n });
    expect(record && undecodableIn(record)).toMatchObject({ firstOffset: 2, reason: expect.stringMatching(/length/) });
    expect(record?.offset).toBe('3');
  });

  it.each([-1, 0, 13, -2_147_483_648])('whose first batch has a length of %i is undecodable', async (length) => {
    const batch = Buffer.from(second);
    batch.writeInt32BE(length, 8);
    const [record, ...more] = await decode(batch, { fetchOffset: 2n });
    expect(record && undecodableIn(record)?.reason).toMatch(/length/);
    expect([Number(record?.offset), more]).toEqual([2, []]);
  });

  it('never moves a consumer beyond the end of the partition, whatever offsets a batch has', async () => {
    for (const baseOffset of [-5, 100, 2 ** 52]) {
      const [record] = await decode(recordBatch({ records: two, count: 2, baseOffset }), { fetchOffset: 4n });
      expect(record?.offset).toBe('4');
      expect(record && undecodableIn(record)).toMatchObject({ firstOffset: 4 });
    }
    const farEnd = recordBatch({ records: Buffer.alloc(0), count: 0, lastOffsetDelta: 1_000, baseOffset: 4 });
    expect((await decode(farEnd, { fetchOffset: 4n }))[0]?.offset).toBe('4');
  });

  it('passes what is left of a batch without a known end one offset at a time, and reports it once', async () => {
    const bad = recordBatch({ records: two, count: 7, lastOffsetDelta: 2, baseOffset: 4, checksumError: 1 });
    const [reported] = await decode(bad, { fetchOffset: 4n });
    expect(reported && [reported.offset, undecodableIn(reported)?.firstOffset]).toEqual(['4', 4]);
    const [passed] = await decode(bad, { fetchOffset: 5n });
    expect(passed).toMatchObject({ offset: '5', isControlRecord: true });
    expect(passed && undecodableIn(passed)).toBeUndefined();
  });

  it('is decoded as far as the response has room; the rest is fetched again', async () => {
    const budget = { left: 1 };
    expect(await decode(Buffer.concat([first, second]), {}, budget)).toHaveLength(2);
    expect(await decode(second, {}, budget)).toEqual([]);
  });
});

it('Snappy data never refer to what is not there', () => {
  const far = Buffer.from([0x08, 0x00, 0x41, 0x05, 0x63]);
  expect(() => decompressSnappy(far, MEGABYTES)).toThrow(/before their beginning/);
  expect(() => decompressSnappy(Buffer.from([0x08, 0xfc, 0xff, 0xff, 0xff, 0xff]), MEGABYTES)).toThrow(/literal/);
});
