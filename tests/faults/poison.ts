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
  varint,
  ZSTD,
  type RawBatch,
} from '../../packages/messaging/test/raw-batches';
import { bookStream } from './consumer-under-test';

type Value = Buffer | string | null;
interface Poison {
  readonly kind: string;
  readonly value: (key: string) => Value;
  readonly headers?: Readonly<Record<string, string>>;
}

const changed = (change: (event: Record<string, unknown>) => unknown) => (key: string) =>
  JSON.stringify(change({ ...bookStream(key, 2)[0] }));
const withField = (field: string, value: unknown) => changed((event) => ({ ...event, [field]: value }));
const withData = (field: string, value: unknown) =>
  changed((event) => ({ ...event, data: { ...(event['data'] as object), [field]: value } }));
const without = (field: string) => withField(field, undefined);

/** Fifty ways in which a message can be no event of ours; none of them may hold up another key. */
export const poisons: readonly Poison[] = [
  { kind: 'no value', value: () => null },
  { kind: 'an empty value', value: () => Buffer.alloc(0) },
  { kind: 'broken JSON', value: () => '{ "eventType": ' },
  { kind: 'no JSON', value: () => 'hello' },
  { kind: 'two documents', value: (key) => `${changed((event) => event)(key)}{}` },
  { kind: 'bytes that are no text', value: () => Buffer.from([0xff, 0xfe, 0x00, 0x80]) },
  { kind: 'zeros', value: () => Buffer.alloc(1_000) },
  { kind: 'UTF-16', value: (key) => Buffer.from(changed((event) => event)(key), 'utf16le') },
  { kind: 'a byte order mark', value: (key) => `\ufeff${changed((event) => event)(key)}` },
  { kind: 'nearly a megabyte of text', value: () => JSON.stringify('x'.repeat(999_000)) },
  { kind: 'deep nesting', value: () => '['.repeat(20_000) },
  { kind: 'nested and closed', value: () => '['.repeat(5_000) + ']'.repeat(5_000) },
  { kind: 'null', value: () => 'null' },
  { kind: 'a number', value: () => '42' },
  { kind: 'a list', value: () => '[]' },
  { kind: 'an empty object', value: () => '{}' },
  { kind: 'a prototype as event type', value: withField('eventType', '__proto__') },
  { kind: 'a constructor as event type', value: withField('eventType', 'constructor') },
  { kind: 'toString as event type', value: withField('eventType', 'toString') },
  { kind: 'an unknown event type', value: withField('eventType', 'Burned') },
  { kind: 'an event type in another case', value: withField('eventType', 'added') },
  { kind: 'no event type', value: without('eventType') },
  { kind: 'a list of event types', value: withField('eventType', ['Added']) },
  { kind: 'a version of the future', value: withField('schemaVersion', 2) },
  { kind: 'a version of the far future', value: withField('schemaVersion', 2 ** 53) },
  { kind: 'version zero', value: withField('schemaVersion', 0) },
  { kind: 'a version as text', value: withField('schemaVersion', '1') },
  { kind: 'no version', value: without('schemaVersion') },
  { kind: 'no source', value: without('source') },
  { kind: 'a foreign source', value: withField('source', 'rental') },
  { kind: 'no key', value: without('key') },
  { kind: 'another key than the message', value: withField('key', 'another-key') },
  { kind: 'an operator as key', value: withField('key', { $gt: '' }) },
  { kind: 'no sequence', value: without('sequence') },
  { kind: 'sequence zero', value: withField('sequence', 0) },
  { kind: 'a negative sequence', value: withField('sequence', -1) },
  { kind: 'half a sequence', value: withField('sequence', 1.5) },
  { kind: 'a sequence beyond safe numbers', value: withField('sequence', 2 ** 60) },
  { kind: 'an id that is no UUID', value: withField('id', 'one') },
  { kind: 'a time that is none', value: withField('timestamp', 'yesterday') },
  { kind: 'a local time', value: withField('timestamp', '2026-03-02T09:30:00+01:00') },
  { kind: 'no actor', value: without('actor') },
  { kind: 'an endless correlation id', value: withField('correlationId', 'x'.repeat(10_000)) },
  { kind: 'no data', value: without('data') },
  { kind: 'data of another event', value: withField('data', { rentalId: 'r-1' }) },
  { kind: 'an operator as data', value: withData('bookNm', { $ne: null }) },
  { kind: 'copies that are no list', value: withData('copyIds', 'c-1') },
  { kind: 'a signature that is none', value: changed((event) => event), headers: { signature: 'nonsense' } },
  {
    kind: 'a signature of an unknown key',
    value: changed((event) => event),
    headers: { signature: `2.${'A'.repeat(16)}.${'A'.repeat(86)}` },
  },
  { kind: 'an endless title', value: withData('bookNm', 'x'.repeat(100_000)) },
];

interface BatchPoison {
  readonly kind: string;
  readonly batch: () => Buffer;
}

const CODECS = { gzip: GZIP, snappy: SNAPPY, lz4: LZ4, zstd: ZSTD } as const;
const two = records({ key: 'in-a-batch', value: '{}' }, { key: 'in-a-batch', value: '{}' });
const batch = (raw: Partial<RawBatch>) => () => recordBatch({ records: two, count: 2, ...raw });
const ofOneRecord = (bytes: readonly number[]) =>
  batch({ records: Buffer.concat([varint(bytes.length), Buffer.from(bytes)]), count: 1 });

/**
 * Ways in which a whole batch can be undecodable although its producer says that it is a batch. Apache Kafka refuses
 * most of them; a broker that decompresses nothing, or a damaged disk, hands them out.
 */
export const batchPoisons: readonly BatchPoison[] = [
  ...Object.entries(CODECS).flatMap(([name, codec]): BatchPoison[] => [
    { kind: `${name} that is none`, batch: batch({ records: Buffer.alloc(300, 0x9d), attributes: codec }) },
    {
      kind: `${name} that is cut off`,
      batch: batch({ records: compressed[codec]?.(two).subarray(0, -9) ?? two, attributes: codec }),
    },
    { kind: `${name} of nothing`, batch: batch({ records: Buffer.alloc(0), attributes: codec }) },
    {
      kind: `${name} of fewer records than declared`,
      batch: batch({ records: compressed[codec]?.(two) ?? two, count: 4, attributes: codec }),
    },
  ]),
  ...Object.entries(bombs).map(([name, bomb]): BatchPoison => ({
    kind: `${name} of more than is read`,
    batch: () => recordBatch({ records: bomb(), count: 1, attributes: CODECS[name as keyof typeof bombs] }),
  })),
  { kind: 'an unknown codec', batch: batch({ attributes: 6 }) },
  { kind: 'an unknown format', batch: batch({ magic: 3 }) },
  { kind: 'a wrong checksum', batch: batch({ checksumError: 1 }) },
  { kind: 'a wrong length', batch: batch({ lengthError: 5 }) },
  { kind: 'a control batch of a client', batch: batch({ attributes: CONTROL }) },
  { kind: 'more records than declared', batch: batch({ count: 1 }) },
  { kind: 'fewer records than declared', batch: batch({ count: 3 }) },
  { kind: 'a hundred thousand records too many', batch: batch({ count: 200_000 }) },
  { kind: 'a negative record length', batch: batch({ records: Buffer.concat([varint(-7), two]) }) },
  { kind: 'a negative key length', batch: ofOneRecord([0, 0, 0, 3, 1, 0, 0]) },
  { kind: 'a negative header count', batch: ofOneRecord([0, 0, 0, 1, 1, 3, 0]) },
  { kind: 'an endless number', batch: ofOneRecord([0, ...Buffer.alloc(12, 0xff)]) },
  { kind: 'a record longer than what it holds', batch: ofOneRecord([...recordBody({}), 0, 0, 0]) },
  { kind: 'an offset outside', batch: batch({ records: records({ offsetDelta: 50 }), count: 1 }) },
];
