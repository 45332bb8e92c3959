import { crashPoints, type CrashPoint } from '@rentalbook/messaging';
import { eventually, putMessages } from '@rentalbook/test-kit';
import { signedBy } from '@rentalbook/test-kit/signatures';
import type { Stage, Trial } from '../../../harness/trial';
import type { FaultySystem } from '../../../harness/system/faulty-system';
import { measuredUnderLoad, underLoad } from '../under-load';

const VICTIMS = ['mypage', 'book', 'reserve', 'rental'] as const;
type Victim = (typeof VICTIMS)[number];
const GOES_OFF_WITHIN_MS = 60_000;

export const crashes: Trial = {
  id: 'F3',
  name: 'crash at each named point, on either side of every write, send and acknowledgement',
  full: `${String(crashPoints.length)} points × 100`,
  bar: '0 lost, 0 doubled, 0 stuck; level within 10 s',
  async run(stage) {
    const rounds = stage.amount({ short: 1, full: 100 });
    // Points that only a few processes pass are tried before those that all pass.
    const round = [...crashPoints].sort((one, other) => victimsOf(one).length - victimsOf(other).length);
    const left = Array.from({ length: rounds }, () => round).flat();
    const all = left.length;
    const done = await underLoad(stage, async (system) => {
      // The first process that is back takes the next point: waiting until Kafka misses a group member delays no other.
      await Promise.all(
        inTurns(stage).map(async (victim) => {
          for (let next = takeFor(victim, left); next !== undefined; next = takeFor(victim, left)) {
            await crash(system, victim, next);
            stage.progress(all - left.length, all);
          }
        }),
      );
    });
    return measuredUnderLoad(`${String(crashPoints.length)} points × ${String(rounds)}`, done);
  },
};

/** Chance says who begins. */
function inTurns({ chance }: Stage): readonly Victim[] {
  const first = chance.below(VICTIMS.length);
  return [...VICTIMS.slice(first), ...VICTIMS.slice(0, first)];
}

/** Takes the first of these points that this one passes. */
function takeFor(victim: Victim, points: CrashPoint[]): CrashPoint | undefined {
  const place = points.findIndex((point) => victimsOf(point).includes(victim));
  return place < 0 ? undefined : points.splice(place, 1)[0];
}

/** Decisions and what is sent of them are Reserve's and Rental's; a page only consumes; all dead-letter poison. */
function victimsOf(point: CrashPoint): readonly Victim[] {
  if (point.startsWith('page.')) return ['mypage'];
  return point.startsWith('command.') || point.startsWith('relay.') ? ['reserve', 'rental'] : VICTIMS;
}

/** Arms the point and waits until the process has died there. */
async function crash(system: FaultySystem, victim: Victim, point: CrashPoint): Promise<void> {
  const armed = system.arm(victim, point);
  if (point.startsWith('dead-letter.'))
    await putMessages(system, [
      signedBy(system, 'book')({ key: `poison-${victim}-${point}-${newNumber()}`, value: 'no event' }),
    ]);
  await eventually(armed.hasGoneOff, {
    withinMs: GOES_OFF_WITHIN_MS,
    what: `the crash of ${victim} at ${point}`,
  });
}

let numbers = 0;
const newNumber = (): string => String((numbers += 1));
