import { crc32, gzipSync } from 'node:zlib';
import { undecodableIn } from '../src/kafka/records/fetched-record';
import { GZIP, recordBatch } from './raw-batches';
import { decode, shown, two } from './records.support';

/** An entry in the formats of brokers before 0.11. */
function oldEntry(offset: number, magic: 0 | 1, attributes: number, key: string | null, value: Buffer | null): Buffer {
  const sized = (bytes: Buffer | null): Buffer => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(bytes?.length ?? -1);
    return Buffer.concat([length, bytes ?? Buffer.alloc(0)]);
  };
  const content = Buffer.concat([
    Buffer.from([magic, attributes]),
    Buffer.alloc(magic * 8),
    sized(key === null ? null : Buffer.from(key)),
    sized(value),
  ]);
  const head = Buffer.alloc(16);
  head.writeBigInt64BE(BigInt(offset), 0);
  head.writeInt32BE(content.length + 4, 8);
  head.writeUInt32BE(crc32(content), 12);
  return Buffer.concat([head, content]);
}

describe.each([0, 1] as const)('messages in the old format %i', (magic) => {
  const text = (value: string): Buffer => Buffer.from(value);

  it('are read beside batches', async () => {
    const set = Buffer.concat([
      oldEntry(3, magic, 0, 'a', text('1')),
      oldEntry(4, magic, 0, null, null),
      recordBatch({ records: two, count: 2, baseOffset: 5 }),
    ]);
    expect(shown(await decode(set))).toEqual([
      [3, 'a', '1'],
      [4, null, null],
      [5, 'a', '1'],
      [6, 'b', '2'],
    ]);
  });

  it('are read when they are compressed', async () => {
    const base = magic === 0 ? 3 : 0;
    const inner = Buffer.concat([
      oldEntry(base, magic, 0, 'a', text('1')),
      oldEntry(base + 1, magic, 0, 'b', text('2')),
    ]);
    expect(shown(await decode(oldEntry(4, magic, GZIP, null, gzipSync(inner))))).toEqual([
      [3, 'a', '1'],
      [4, 'b', '2'],
    ]);
  });

  it.each([
    ['a wrong checksum', () => Buffer.concat([oldEntry(3, magic, 0, 'a', text('1')).fill(0xff, 12, 16)])],
    [
      'a compressed set within another',
      () => {
        const inner = oldEntry(0, magic, GZIP, null, gzipSync(text('x')));
        return oldEntry(3, magic, GZIP, null, gzipSync(inner));
      },
    ],
    ['a compressed set that is empty', () => oldEntry(3, magic, GZIP, null, gzipSync(Buffer.alloc(0)))],
    ['a compressed set of nothing', () => oldEntry(3, magic, GZIP, null, null)],
  ])('with %s are undecodable', async (_, entry) => {
    const [record, ...more] = await decode(entry(), { fetchOffset: 3n });
    expect(record && undecodableIn(record)).toMatchObject({ firstOffset: 3 });
    expect([record?.offset, more]).toEqual(['3', []]);
  });
});
