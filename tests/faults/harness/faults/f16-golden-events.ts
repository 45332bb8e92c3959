import { eventContracts, parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { hold, releases } from '../../../../packages/event-contracts/test/ready-in-three-versions';
import { changesOf } from '../../../../subgraphs/mypage/src/subscriptions';
import type { Broken } from '../../../harness/broken';
import type { Trial } from '../../../harness/trial';

type Fields = Readonly<Record<string, unknown>>;

/** How the same event is written by code that is older or newer than what reads it, as long as the version is the same. */
const writers: Readonly<Record<string, (event: Fields) => Fields>> = {
  'the code of its day': (event) => event,
  'newer code, with a field more in the envelope': (event) => ({ ...event, region: 'north' }),
  'newer code, with a field more in the data': (event) => ({
    ...event,
    data: { ...(event['data'] as Fields), shelf: 'B7' },
  }),
  'code that orders fields in another way': (event) => Object.fromEntries(Object.entries(event).reverse()),
};

export const goldenEvents: Trial = {
  id: 'F16',
  name: 'golden events of every version, as old and new code write them',
  full: 'all',
  bar: '100 %',
  run({ root }) {
    const folder = join(root, 'packages/event-contracts/src');
    const samples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.sample.json'))
      .map((file) => {
        const [written, newest] = [join(folder, file), join(folder, file.replace('.sample.json', '.newest.json'))];
        return { file, event: eventIn(written), newest: eventIn(existsSync(newest) ? newest : written) };
      });
    const missing = Object.keys(eventContracts).filter(
      (type) => !samples.some(({ event }) => event.eventType === type),
    );
    const broken: Broken[] = [
      ...missing.map((type) => ({ promise: 'every event has a golden sample', on: type, found: 'none' })),
      ...samples.flatMap(({ file, event, newest }) =>
        Object.entries(writers).flatMap(([writer, write]) => {
          const found = readAs(write(event));
          const isSame = isDeepStrictEqual(found, { event: newest, changes: changesOf(newest) });
          const on = `${file} of ${writer}`;
          return isSame ? [] : [{ promise: 'an event means the same for ever', on, found: JSON.stringify(found) }];
        }),
      ),
    ];
    const { pairs, unread } = sideBySide();
    broken.push(...unread);
    const readings = samples.length * Object.keys(writers).length + pairs;
    return Promise.resolve({
      amount: `${String(samples.length)} samples × ${String(Object.keys(writers).length)} writers, ${String(pairs)} readings between releases`,
      measured: `${String(readings - broken.length)} of ${String(readings)} read alike`,
      broken,
    });
  },
};

const eventIn = (file: string): RentalbookEvent => JSON.parse(readFileSync(file, 'utf8')) as RentalbookEvent;

/** An event with three versions, written by each release and read by it, the one before and the one after. */
function sideBySide(): { readonly pairs: number; readonly unread: readonly Broken[] } {
  const inOrder = Object.entries(releases);
  const id = '0198f3a0-9999-7000-8000-000000000004';
  const { written } = hold({ id, timestamp: '2026-03-02T09:30:00.000Z', key: id, sequence: 1, correlationId: 'test' });
  const readings = inOrder.flatMap(([writer, { parse, written: toWritten }], place) =>
    inOrder.slice(Math.max(0, place - 1), place + 2).map(([reader, release]) => {
      try {
        const event = release.parse(JSON.parse(JSON.stringify(toWritten(parse(written[1])))));
        return event.id === id && event.schemaVersion === release.schemaVersionOf('Ready') ? undefined : event;
      } catch (error) {
        return { reader: `a release ${reader}`, writer: `a release ${writer}`, error: String(error) };
      }
    }),
  );
  const unread = readings
    .filter((found) => found !== undefined)
    .map((found) => ({
      promise: 'an event is read by the release before and the one after',
      on: 'Ready',
      found: JSON.stringify(found),
    }));
  return { pairs: readings.length, unread };
}

/** What a reader of today takes the event for, and what it does to a page; or why it cannot read it. */
function readAs(written: Fields): unknown {
  try {
    const event = parseEvent(JSON.stringify(written));
    return { event, changes: changesOf(event) };
  } catch (error) {
    return String(error);
  }
}
