import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventVersions, eventContracts, MalformedEvent, parseEvent } from '../src';

const sources = join(__dirname, '..', 'src');
const samples = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.sample.json'))
  .map((file) => ({ file, text: readFileSync(join(sources, file), 'utf8') }));
const sampleOf = (eventType: string): Record<string, unknown> => {
  const found = samples.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  const sample = found.find((event) => event['eventType'] === eventType);
  if (!sample) throw new Error(`no golden sample of ${eventType}`);
  return sample;
};

describe('event contracts', () => {
  it.each(samples)('still read the golden sample $file, field by field', ({ file, text }) => {
    // An older version has the event that readers get in a file of its own.
    const newest = join(sources, file.replace('.sample.json', '.newest.json'));
    expect(parseEvent(text)).toEqual(JSON.parse(existsSync(newest) ? readFileSync(newest, 'utf8') : text));
  });

  it('have a golden sample for every version of every event', () => {
    const sampled = samples.map(({ text }) => {
      const { eventType, schemaVersion } = JSON.parse(text) as { eventType: string; schemaVersion: number };
      return `${eventType} ${String(schemaVersion)}`;
    });
    const versions = Object.values(eventContracts).flatMap(({ shape }) => {
      const type = shape.eventType.value;
      return Array.from({ length: eventVersions.schemaVersionOf(type) }, (_, index) => `${type} ${String(index + 1)}`);
    });
    expect(sampled.sort()).toEqual(versions.sort());
  });

  it('say which publisher an event comes from by the folder it is defined in', () => {
    for (const { file, text } of samples)
      expect(file.startsWith((JSON.parse(text) as { source: string }).source)).toBe(true);
  });

  it('ignore fields that a later minor change added', () => {
    const sample = sampleOf('Ready');
    expect(parseEvent(JSON.stringify({ ...sample, shelf: 'B7' }))).toEqual(sample);
  });

  it('carry the ids that identity providers give, of up to 255 characters', () => {
    for (const userId of ['auth0|6543', 'a'.repeat(255), '😀'.repeat(255)]) {
      const { data, ...envelope } = sampleOf('Cancelled');
      const event = { ...envelope, actor: userId, data: { ...(data as object), userId, by: userId } };
      expect(parseEvent(JSON.stringify(event))).toEqual(event);
    }
  });

  const ready = sampleOf('Ready');
  it.each<[string, string | Buffer | null, RegExp]>([
    ['no value', null, /no value/],
    ['no JSON', '{"id":', /not JSON/],
    ['binary', Buffer.from([0xff, 0x00, 0xfe]), /not JSON/],
    ['null', 'null', /does not fit/],
    ['a number', '7', /does not fit/],
    ['an array', '[]', /does not fit/],
    ['an unknown event', JSON.stringify({ ...ready, eventType: 'Borrowed' }), /no event "Borrowed"/],
    ['an inherited name', JSON.stringify({ ...ready, eventType: 'constructor' }), /no event "constructor"/],
    ['a future version', JSON.stringify({ ...ready, schemaVersion: 2 }), /understands up to 1/],
    ['a sequence of zero', JSON.stringify({ ...ready, sequence: 0 }), /sequence/],
    ['a missing key', JSON.stringify({ ...ready, key: undefined }), /key/],
    ['another publisher', JSON.stringify({ ...ready, source: 'book' }), /source/],
    ['a local time', JSON.stringify({ ...ready, timestamp: '2026-03-02 09:30' }), /timestamp/],
    ['missing data', JSON.stringify({ ...ready, data: {} }), /data\.reservationId/],
    ['an endless id', JSON.stringify({ ...ready, key: 'k'.repeat(65) }), /key/],
  ])('refuse %s and say why', (_what, value, reason) => {
    expect(() => parseEvent(value)).toThrow(MalformedEvent);
    expect(() => parseEvent(value)).toThrow(reason);
  });
});
