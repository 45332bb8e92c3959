import { createManualClock } from '@rentalbook/test-kit/manual-clock';
import { createArrivals } from '../src/limits/arrivals';
import { createCallerBudget } from '../src/limits/caller-budget';
import { refuseEarly } from '../src/limits/early-refusal';
import { overloaded } from '../src/limits/overloaded';
import { createRefusalPace, REFUSAL_PAUSE_MS, REFUSAL_SPACING_MS } from '../src/limits/refusal-pace';
import { paceOfFreeRefusals } from './support/refusal-pace';
import { settle } from './low-priority.support';

describe('refusals of one caller', () => {
  it('are answered one after the other, from a second later on', async () => {
    const clock = createManualClock();
    const refusal = () => overloaded('SHARE_USED_UP', 1);
    const requireShare = refuseEarly({
      budget: { refusal: () => Promise.resolve(refusal()) },
      queue: { refusal: () => undefined },
      pace: paceOfFreeRefusals(clock),
      onRefused: () => undefined,
    });
    let answered = 0;
    for (let n = 0; n < 3; n += 1)
      void requireShare('member:mallory').catch(() => {
        answered += 1;
      });
    await settle();
    const counts: number[] = [];
    for (const ms of [REFUSAL_PAUSE_MS - 1, 1, REFUSAL_SPACING_MS - 1, 1, REFUSAL_SPACING_MS]) {
      clock.advance(ms);
      await settle();
      counts.push(answered);
    }
    expect(counts).toEqual([0, 1, 1, 2, 3]);
  });
});

describe('a caller who goes on after refusals', () => {
  it('keeps a low priority', async () => {
    const clock = createManualClock();
    const budget = createCallerBudget({ member: 3_000, address: 3_000 }, clock);
    const pace = createRefusalPace(budget, clock);
    for (let n = 0; n < 100; n += 1) {
      void pace('member:mallory');
      clock.advance(REFUSAL_SPACING_MS);
      await settle();
    }
    expect(budget.priorityOf('member:mallory', 0)).toBe('low');
  });
});

describe('requests that arrive at once', () => {
  it('are taken one in each iteration of the event loop, those of another sender beside them', async () => {
    const arrivals = createArrivals();
    const taken: string[] = [];
    for (const credentials of ['mallory', 'mallory', 'mallory', 'bob'])
      void arrivals(credentials).then(() => taken.push(credentials));
    const seen: number[] = [];
    while (taken.length < 4) {
      await settle();
      seen.push(taken.length);
    }
    expect(taken).toEqual(['mallory', 'bob', 'mallory', 'mallory']);
    expect(seen).toEqual([2, 3, 4]);
  });

  it('are taken at once when the one before was taken earlier', async () => {
    const arrivals = createArrivals();
    for (let n = 0; n < 3; n += 1) {
      let isTaken = false;
      void arrivals('bob').then(() => {
        isTaken = true;
      });
      await Promise.resolve();
      await Promise.resolve();
      expect(isTaken).toBe(true);
      await settle();
      await settle();
    }
  });
});
