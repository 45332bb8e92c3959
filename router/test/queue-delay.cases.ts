import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { setMaxListeners } from 'node:events';
import { createFairQueue, type FairQueue } from '../src/limits/fair-queue';
import { paceOfFreeRefusals } from './support/refusal-pace';
import './gone-clients.cases';

const here = new AbortController().signal;
setMaxListeners(0, here);
const settle = () => new Promise(setImmediate);

describe('a queue that sheds by delay', () => {
  let clock: ManualClock;
  let queue: FairQueue;
  /** How to end the turns that have begun, in their order. */
  let turns: (() => void)[];
  const unserved: string[] = [];
  beforeEach(() => {
    clock = createManualClock();
    turns = [];
    unserved.length = 0;
    const limits = { capacity: 4, perCaller: 3, waitingPerCaller: 10, waitingOfLowPriority: 10, waitingAtMost: 40 };
    const delays = { waitMs: 4_000, targetMs: 500, intervalMs: 1_000 };
    queue = createFairQueue({
      ...limits,
      ...delays,
      clock,
      pace: paceOfFreeRefusals(clock),
      priorityOf: () => 'normal',
      onUnserved: (kind) => unserved.push(kind),
    });
  });

  const arrive = async (caller: string, times = 1, gone = here): Promise<void> => {
    for (let time = 0; time < times; time += 1)
      queue.enter(caller, gone).then(
        (leave) => turns.push(leave),
        () => undefined,
      );
    await settle();
  };
  const endTurns = async (count: number): Promise<void> => {
    for (const leave of turns.splice(0, count)) leave();
    await settle();
  };
  const isShed = (caller: string): boolean => queue.refusal(caller) !== undefined;

  it('refuses what a caller sends once the line was late for an interval, and says when to try again', async () => {
    await arrive('mallory', 8);
    clock.advance(1_499);
    expect(isShed('mallory')).toBe(false);
    clock.advance(1);
    expect(queue.refusal('mallory')).toMatchObject({
      message: 'You have too many requests under way; try again in 1 second.',
      extensions: { code: 'OVERLOADED', http: { status: 429 } },
    });
  });

  it('refuses no other caller: neither one without a line, nor one whose late line is short', async () => {
    await arrive('mallory', 8);
    await arrive('bob');
    await arrive('carol', 2);
    clock.advance(1_500);
    expect(queue.waiting()).toBe(7);
    expect(['mallory', 'bob', 'carol', 'dave'].filter(isShed)).toEqual(['mallory']);
    expect(queue.oldestWaitMs()).toBe(1_500);
  });

  it('refuses all whose lines are late and about as long', async () => {
    await arrive('mallory', 9);
    await arrive('oscar', 4);
    await arrive('bob', 2);
    clock.advance(1_500);
    expect(['mallory', 'oscar', 'bob'].filter(isShed)).toEqual(['mallory', 'oscar']);
  });

  it('takes a burst as it comes, and the next one as well', async () => {
    for (let burst = 0; burst < 3; burst += 1) {
      await arrive('mallory', 12 - turns.length);
      while (queue.waiting() > 0) {
        clock.advance(550);
        await endTurns(3);
        expect(isShed('mallory')).toBe(false);
      }
    }
    expect(unserved).toEqual([]);
  });

  it('begins the interval anew with each turn that begins in time', async () => {
    await arrive('mallory', 3 + 9);
    for (const [passed, arriving] of [
      [400, 0],
      [400, 6],
      [400, 0],
      [50, 0],
    ] as const) {
      clock.advance(passed);
      await endTurns(3);
      await arrive('mallory', arriving);
    }
    clock.advance(350);
    // The oldest has waited for 800 ms; of those before it one waited for 1,200, and the last for 450.
    expect([queue.oldestWaitMs(), isShed('mallory')]).toEqual([800, false]);
    clock.advance(699);
    expect(isShed('mallory')).toBe(false);
    clock.advance(1);
    expect(isShed('mallory')).toBe(true);
  });

  it('goes on refusing while turns begin late, however often they begin, and serves again once they begin in time', async () => {
    await arrive('mallory', 3 + 9);
    let refused = 0;
    for (let round = 0; round < 20; round += 1) {
      clock.advance(200);
      await endTurns(1);
      if (isShed('mallory')) refused += 1;
      else await arrive('mallory');
    }
    expect(refused).toBeGreaterThan(0);
    expect(unserved).toEqual([]);
    expect(queue.oldestWaitMs()).toBeLessThan(2_000);
    while (queue.waiting() > 0) await endTurns(1);
    await arrive('mallory', 2);
    expect(isShed('mallory')).toBe(false);
  });

  it('forgets a request whose client is gone, and has its place for another', async () => {
    const client = new AbortController();
    await arrive('mallory', 3 + 9);
    await arrive('mallory', 1, client.signal);
    client.abort();
    await arrive('mallory');
    expect([queue.waiting(), unserved]).toEqual([10, ['abandoned']]);
    for (let left = 13; left > 0; left -= 1) await endTurns(1);
    expect([queue.waiting(), turns.length, clock.pending()]).toEqual([0, 0, 0]);
  });

  it('gives a request no turn whose client is gone before', async () => {
    const client = new AbortController();
    client.abort();
    await arrive('bob', 1, client.signal);
    expect([turns.length, unserved]).toEqual([0, ['abandoned']]);
  });
});
