import { crashPoints, type CrashPoint } from '@rentalbook/messaging';
import { eventually, putMessage } from '@rentalbook/test-kit';
import type { Fault, Stage } from '../fault';
import type { FaultySystem } from '../system/faulty-system';
import { measuredUnderLoad, underLoad } from '../under-load';

type Victim = 'book' | 'reserve' | 'rental' | 'mypage';
const DECIDING = ['reserve', 'rental'] as const;
const HEARING = ['book', 'reserve', 'rental', 'mypage'] as const;
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
          ['book', []],
          ['reserve', []],
          ['rental', []],
          ['mypage', []],
        ]);
        for (const [point, victim] of victims(stage)) byVictim.get(victim)?.push(point);
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

/**
 * Who dies at which point: decisions and what is sent of them are Reserve's and Rental's; a page only hears; all set poison
 * aside. In turns, and chance says who begins: each then waits about as often for Kafka to miss a member of its group.
 */
function victims({ chance }: Stage): readonly (readonly [CrashPoint, Victim])[] {
  const turns = { deciding: chance.below(DECIDING.length), hearing: chance.below(HEARING.length) };
  return crashPoints.map((point) => {
    if (point.startsWith('page.')) return [point, 'mypage'];
    if (point.startsWith('command.') || point.startsWith('relay.'))
      return [point, DECIDING[(turns.deciding += 1) % DECIDING.length] ?? 'reserve'];
    return [point, HEARING[(turns.hearing += 1) % HEARING.length] ?? 'mypage'];
  });
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
