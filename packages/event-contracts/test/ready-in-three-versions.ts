import { z } from 'zod';
import { added } from '../src/book/added.v1.event';
import { defineEvent, type Envelope } from '../src/envelope';
import { createEventVersions, versionStep, type VersionStep } from '../src/event-versions';
import { id, memberId, timestamp } from '../src/fields';
import { ready } from '../src/reserve/ready.v1.event';

const { reservationId, userId, bookId, copyId, rule } = ready.shape.data.shape;
const own = { reservationId, userId, bookId, copyId, rule };

/** Two later versions of an event, as they could come to be: a shelf is added, then two fields become one. */
const readyV2 = defineEvent('reserve', 'Ready', 2, z.object({ ...own, pickupBy: timestamp, shelf: id.nullable() }));
const readyV3 = defineEvent(
  'reserve',
  'Ready',
  3,
  z.object({ ...own, userId: memberId, pickup: z.object({ by: timestamp, shelf: id.nullable() }) }),
);

const withShelf = (data: z.infer<typeof ready>['data']) => ({ ...data, shelf: null });
const withoutShelf = (data: z.infer<typeof readyV2>['data']) => ready.shape.data.parse(data);
const renamed = ({ pickupBy, shelf, ...data }: z.infer<typeof readyV2>['data']) => ({
  ...data,
  pickup: { by: pickupBy, shelf },
});
const renamedBack = ({ pickup, ...data }: z.infer<typeof readyV3>['data']) => ({
  ...data,
  pickupBy: pickup.by,
  shelf: pickup.shelf,
});

type Known = z.infer<typeof readyV3> | z.infer<typeof added>;
export type ReadyV3 = z.infer<typeof readyV3>;
const inRelease = (newest: typeof ready | typeof readyV2 | typeof readyV3, steps: readonly VersionStep[]) =>
  createEventVersions<Known>({ Ready: newest, Added: added }, { Ready: steps });

const toV2 = versionStep(ready, readyV2, { up: withShelf });

/** How releases one after the other read and write the event. */
export const releases = {
  'of version 1': inRelease(ready, []),
  'that adds version 2': inRelease(readyV2, [versionStep(ready, readyV2, { up: withShelf, down: withoutShelf })]),
  'that writes version 2': inRelease(readyV2, [toV2]),
  'that adds version 3': inRelease(readyV3, [toV2, versionStep(readyV2, readyV3, { up: renamed, down: renamedBack })]),
  'that writes version 3': inRelease(readyV3, [toV2, versionStep(readyV2, readyV3, { up: renamed })]),
} as const;
export type Release = keyof typeof releases;

/** The versions in which a hold of a copy is published over time, with what the newest release reads in each. */
export function hold(envelope: Omit<Envelope, 'actor'>, shelf: string | null = 'B7') {
  const shared = { ...envelope, actor: 'alice', source: 'reserve', eventType: 'Ready' } as const;
  const data = {
    reservationId: '0198f3a0-3333-7000-8000-000000000001',
    userId: 'alice',
    bookId: envelope.key,
    copyId: '0198f3a0-2222-7000-8000-000000000001',
    rule: 'The first in the queue gets the next free copy.',
  };
  const by = '2026-03-05T09:30:00.000Z';
  const v3 = (known: string | null): ReadyV3 => ({
    ...shared,
    schemaVersion: 3,
    data: { ...data, pickup: { by, shelf: known } },
  });
  return {
    written: {
      1: { ...shared, schemaVersion: 1, data: { ...data, pickupBy: by } },
      2: { ...shared, schemaVersion: 2, data: { ...data, pickupBy: by, shelf } },
      3: v3(shelf),
    },
    read: { 1: v3(null), 2: v3(shelf), 3: v3(shelf) },
  } as const;
}
