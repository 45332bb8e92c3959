import { eventContracts, parseEvent, type RentalbookEvent } from '@rentalbook/event-contracts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
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
      .map((file) => ({ file, event: JSON.parse(readFileSync(join(folder, file), 'utf8')) as RentalbookEvent }));
    const missing = Object.keys(eventContracts).filter(
      (type) => !samples.some(({ event }) => event.eventType === type),
    );
    const broken: Broken[] = [
      ...missing.map((type) => ({ promise: 'every event has a golden sample', on: type, found: 'none' })),
      ...samples.flatMap(({ file, event }) =>
        Object.entries(writers).flatMap(([writer, write]) => {
          const found = readAs(write(event));
          const isSame = isDeepStrictEqual(found, { event, changes: changesOf(event) });
          const on = `${file} of ${writer}`;
          return isSame ? [] : [{ promise: 'an event means the same for ever', on, found: JSON.stringify(found) }];
        }),
      ),
    ];
    const readings = samples.length * Object.keys(writers).length;
    return Promise.resolve({
      amount: `${String(samples.length)} samples × ${String(Object.keys(writers).length)} writers`,
      measured: `${String(readings - broken.length)} of ${String(readings)} read alike`,
      broken,
    });
  },
};

/** What a reader of today takes the event for, and what it does to a page; or why it cannot read it. */
function readAs(written: Fields): unknown {
  try {
    const event = parseEvent(JSON.stringify(written));
    return { event, changes: changesOf(event) };
  } catch (error) {
    return String(error);
  }
}
