import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { setMaxListeners } from 'node:events';
import { createCallerBudget } from '../src/limits/caller-budget';
import { createFairQueue, type FairQueue } from '../src/limits/fair-queue';
import { paceOfFreeRefusals } from './support/refusal-pace';
import { settle } from './low-priority.support';
import './refusals-and-arrivals.cases';

const here = new AbortController().signal;
setMaxListeners(0, here);

describe('the priority of a caller', () => {
  const mallory = 'member:mallory';

  it('is low after more than a sixtieth of the budget at once, and normal when that much has come back', async () => {
    const clock = createManualClock();
    const budget = createCallerBudget({ member: 3_000, address: 3_000 }, clock);
    await budget.spend(mallory, 50);
    expect(budget.priorityOf(mallory, 0)).toBe('normal');
    await budget.spend(mallory, 25);
    expect(budget.priorityOf(mallory, 0)).toBe('low');
    expect(budget.priorityOf('member:bob', 0)).toBe('normal');
    clock.advance(499);
    expect(budget.priorityOf(mallory, 0)).toBe('low');
    clock.advance(1);
    expect(budget.priorityOf(mallory, 0)).toBe('normal');
  });

  it('is low with many operations under way, whose cost is not known yet', () => {
    const budget = createCallerBudget({ member: 3_000, address: 3_000 }, createManualClock());
    expect([2, 3].map((active) => budget.priorityOf(mallory, active))).toEqual(['normal', 'low']);
  });

  it('stays normal for one who spends a sixtieth of the budget in each second', async () => {
    const clock = createManualClock();
    const budget = createCallerBudget({ member: 3_000, address: 3_000 }, clock);
    for (let second = 0; second < 10; second += 1) {
      await budget.spend(mallory, 50);
      expect(budget.priorityOf(mallory, 0)).toBe('normal');
      clock.advance(1_000);
    }
  });

  it('is normal again twenty seconds after the end of a flood, however long that was', async () => {
    const clock = createManualClock();
    const budget = createCallerBudget({ member: 3_000, address: 3_000 }, clock);
    for (let times = 0; times < 100; times += 1) await budget.charge(mallory, 1_000);
    clock.advance(18_000);
    expect(budget.priorityOf(mallory, 0)).toBe('low');
    clock.advance(2_000);
    expect(budget.priorityOf(mallory, 0)).toBe('normal');
  });
});

describe('a caller of low priority', () => {
  const limits = {
    ...{ capacity: 8, perCaller: 4, waitingPerCaller: 20, waitingOfLowPriority: 6, waitingAtMost: 40 },
    ...{ waitMs: 4_000, targetMs: 500, intervalMs: 1_000 },
  };
  let clock: ManualClock;
  let queue: FairQueue;
  let begun: { caller: string; leave: () => void }[];
  let low: Set<string>;
  beforeEach(() => {
    clock = createManualClock();
    begun = [];
    low = new Set(['greedy', 'greedy-too']);
    queue = createFairQueue({
      ...limits,
      priorityOf: (caller) => (low.has(caller) ? 'low' : 'normal'),
      clock,
      pace: paceOfFreeRefusals(clock),
      onUnserved: () => undefined,
    });
  });
  const arrive = async (caller: string, times = 1): Promise<void> => {
    for (let n = 0; n < times; n += 1) void queue.enter(caller, here).then((leave) => begun.push({ caller, leave }));
    await settle();
  };
  const advance = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  const end = async (caller: string): Promise<void> => {
    const index = begun.findIndex((one) => one.caller === caller);
    begun.splice(index, 1)[0]?.leave();
    await settle();
  };
  const active = (caller: string): number => begun.filter((one) => one.caller === caller).length;

  it('has as many turns as any other where there are no others', async () => {
    await arrive('greedy', 6);
    expect(active('greedy')).toBe(4);
  });

  it('is not taken for an other by what it did with a normal priority', async () => {
    low.clear();
    await arrive('greedy', 2);
    await end('greedy');
    low.add('greedy');
    await arrive('greedy', 5);
    expect(active('greedy')).toBe(4);
  });

  it('waits for a gap between the operations of others, and then takes one turn', async () => {
    await arrive('bob');
    await arrive('greedy', 6);
    expect(active('greedy')).toBe(0);
    await end('bob');
    expect(active('greedy')).toBe(1);
    await arrive('bob');
    expect([active('bob'), active('greedy')]).toEqual([1, 1]);
  });

  it('waits no longer than a tenth of a second for a gap', async () => {
    await arrive('bob');
    await arrive('greedy');
    await advance(99);
    expect(active('greedy')).toBe(0);
    await advance(1);
    expect(active('greedy')).toBe(1);
  });

  it('rests nineteen times as long as its operation took, and two seconds at most, while others are there', async () => {
    await arrive('bob');
    await end('bob');
    await arrive('greedy', 3);
    await advance(40);
    await end('greedy');
    await advance(759);
    expect(active('greedy')).toBe(0);
    await advance(1);
    expect(active('greedy')).toBe(1);
    await arrive('bob');
    await advance(800);
    await end('greedy');
    await advance(1_500);
    await end('bob');
    await advance(499);
    expect(active('greedy')).toBe(0);
    await advance(1);
    expect(active('greedy')).toBe(1);
  });

  it('has all turns again a second after the last operation of others', async () => {
    await arrive('bob');
    await end('bob');
    await arrive('greedy', 6);
    expect(active('greedy')).toBe(1);
    await advance(1_000);
    expect(active('greedy')).toBe(4);
  });

  it('is refused further requests behind a line of its own while others are there', async () => {
    await arrive('bob');
    await arrive('greedy', 6);
    await arrive('carol', 6);
    expect(['bob', 'greedy', 'carol'].map((caller) => queue.refusal(caller)?.message)).toEqual([
      undefined,
      'You have too many requests under way; try again in 1 second.',
      undefined,
    ]);
  });

  it('is one whose requests pile up, too', async () => {
    queue = createFairQueue({
      ...limits,
      perCaller: 2,
      priorityOf: (_caller, present) => (present > 3 ? 'low' : 'normal'),
      clock,
      pace: paceOfFreeRefusals(clock),
      onUnserved: () => undefined,
    });
    await arrive('bob');
    await arrive('greedy', 6);
    expect(active('greedy')).toBe(2);
    await end('greedy');
    expect(active('greedy')).toBe(1);
  });

  it('has as long a line as any other where there are no others', async () => {
    await arrive('greedy', 12);
    expect(queue.refusal('greedy')).toBeUndefined();
  });

  it('shares with others of its kind as always', async () => {
    await arrive('greedy');
    await arrive('greedy-too', 6);
    expect([active('greedy'), active('greedy-too')]).toEqual([1, 4]);
  });
});
