import { crashPoints, type CrashPoint } from '@rentalbook/messaging';
import { eventually, putMessage } from '@rentalbook/test-kit';
import type { Fault, Stage } from '../fault';
import type { FaultySystem } from '../system/faulty-system';
import { measuredUnderLoad, underLoad } from '../under-load';

type Victim = 'reserve' | 'rental' | 'mypage';
const GOES_OFF_WITHIN_MS = 60_000;

export const crashes: Fault = {
  id: 'F3',
  name: 'crash at each named point, on either side of every write, send and acknowledgement',
  full: `${String(crashPoints.length)} points × 100`,
  bar: '0 lost, 0 doubled, 0 stuck; level within 10 s',
  leavesPoison: true,
  async run(stage) {
    const rounds = stage.amount({ short: 1, full: 100 });
    const done = await underLoad(stage, async (system) => {
      for (let round = 0; round < rounds; round += 1) {
        const byVictim = new Map<Victim, CrashPoint[]>([
          ['reserve', []],
          ['rental', []],
          ['mypage', []],
        ]);
        for (const point of crashPoints) byVictim.get(victimOf(point, stage))?.push(point);
        await Promise.all(
          [...byVictim].map(async ([victim, points]) => {
            for (const point of points) await crash(system, victim, point);
          }),
        );
      }
    });
    return measuredUnderLoad(`${String(crashPoints.length)} points × ${String(rounds)}`, done);
  },
};

/** Decisions and what is sent of them are Reserve's and Rental's; a page only hears; all set poison aside. */
function victimOf(point: CrashPoint, { chance }: Stage): Victim {
  if (point.startsWith('page.')) return 'mypage';
  if (point.startsWith('command.') || point.startsWith('relay.')) return chance.oneOf(['reserve', 'rental']);
  return chance.oneOf(['reserve', 'rental', 'mypage']);
}

/** Arms the point and waits until the process has died there. */
async function crash(system: FaultySystem, victim: Victim, point: CrashPoint): Promise<void> {
  const armed = system.arm(victim, point);
  if (point.startsWith('dead-letter.'))
    await putMessage(system, `poison-${victim}-${point}-${newNumber()}`, 'no event');
  await eventually(armed.hasGoneOff, {
    withinMs: GOES_OFF_WITHIN_MS,
    what: `the crash of ${victim} at ${point}`,
  });
}

let numbers = 0;
const newNumber = (): string => String((numbers += 1));
