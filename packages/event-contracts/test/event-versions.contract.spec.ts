import { z } from 'zod';
import { eventContracts, eventVersions, MalformedEvent } from '../src';
import { defineEvent } from '../src/envelope';
import { createEventVersions, versionStep } from '../src/event-versions';
import { ready } from '../src/reserve/ready.v1.event';
import { hold, releases, type Release } from './ready-in-three-versions';

const { written, read } = hold({
  id: '0198f3a0-9999-7000-8000-000000000004',
  timestamp: '2026-03-02T09:30:00.000Z',
  key: '0198f3a0-1111-7000-8000-000000000001',
  sequence: 4,
  correlationId: '0198f3a0-aaaa-7000-8000-000000000001',
});
const newest = releases['that writes version 3'];

describe('an event with several versions', () => {
  it.each([1, 2, 3] as const)('is read in its newest version when it was published in version %i', (version) => {
    expect(newest.parse(written[version])).toEqual(read[version]);
  });

  it.each([1, 2, 3] as const)('is read in its newest version when it was stored in version %i', (version) => {
    expect(newest.upcast(written[version])).toEqual(read[version]);
  });

  it('is written in the version before for one release, and in the newest one after it', () => {
    const [first, next] = [releases['that adds version 3'], newest];
    expect(first.schemaVersionOf('Ready')).toBe(3);
    expect(first.written(read[3])).toEqual(written[2]);
    expect(next.written(read[3])).toEqual(written[3]);
  });

  const inOrder = Object.keys(releases) as Release[];
  it.each(inOrder.slice(1).map((after, index) => [inOrder[index] ?? after, after] as const))(
    'is read by the release %s and the one %s side by side, whichever writes it',
    (before, after) => {
      for (const [writer, reader] of [
        [before, after],
        [after, before],
      ] as const) {
        const event = releases[writer].parse(written[1]);
        expect(releases[reader].parse(releases[writer].written(event))).toMatchObject({
          id: event.id,
          eventType: 'Ready',
        });
      }
    },
  );

  it('is refused by a release that does not know the version', () => {
    const old = releases['that writes version 2'];
    expect(() => old.parse(written[3])).toThrow(MalformedEvent);
    expect(() => old.parse(written[3])).toThrow('Ready is of version 3; this service understands up to 2.');
  });

  it.each([
    [
      'an older version',
      { ...written[1], data: { ...written[1].data, pickupBy: undefined } },
      /Ready .* data\.pickupBy/,
    ],
    ['the newest version', { ...written[3], data: written[2].data }, /Ready .* data\.pickup/],
    ['a version that never was', { ...written[1], schemaVersion: 0 }, /Ready .* schemaVersion/],
  ])('is refused where it does not fit the contract of %s', (_version, event, reason) => {
    expect(() => newest.parse(event)).toThrow(MalformedEvent);
    expect(() => newest.parse(event)).toThrow(reason);
  });

  it('is refused where an upcaster makes something that its contract does not allow', () => {
    const v2 = defineEvent('reserve', 'Ready', 2, ready.shape.data.extend({ shelf: z.string().min(1) }));
    const up = versionStep(ready, v2, { up: (data) => ({ ...data, shelf: '' }) });
    expect(() => createEventVersions({ Ready: v2 }, { Ready: [up] }).parse(written[1])).toThrow(/data\.shelf/);
  });

  it('has a step from each version to the next', () => {
    const v3 = defineEvent('reserve', 'Ready', 3, ready.shape.data);
    const step = versionStep(ready, v3, { up: (data) => data });
    expect(() => createEventVersions({ Ready: v3 }, { Ready: [step] })).toThrow(
      'The versions of Ready are 1, 3; each needs a step to the next.',
    );
  });
});

it('the version of an event is what its contract says', () => {
  for (const [type, contract] of Object.entries(eventContracts))
    expect(eventVersions.schemaVersionOf(contract.shape.eventType.value)).toBe(
      eventContracts[type as keyof typeof eventContracts].shape.schemaVersion.value,
    );
});
