import { brokenByStep, brokenRule, brokenWhenQuiet } from './always-true';
import { fingerprint } from './fingerprint';
import { moves, nextArrival } from './moves';
import { newWorld, REQUEST_TIMEOUT_MS, type World } from './world';

const DEPTH = 8;
const DEPTH_OF_TWO = 4;
const DEPTH_WITH_WITHDRAWALS = 5;

const TWO_COPIES = ['copy-1', 'copy-2'];

/**
 * Judges a world by what it comes to when nothing is done any more and all that is under way arrives. Most worlds come to what
 * another one came to before, after a step or two.
 */
function endOf(): (world: World) => string | undefined {
  const ends = new Map<string, string | undefined>();
  return ({ now, ...world }) => {
    const passed: string[] = [];
    let broken: string | undefined;
    for (let next: World | undefined = { ...world, now: now + REQUEST_TIMEOUT_MS }; next;) {
      const print = fingerprint(next);
      if (ends.has(print)) {
        broken = ends.get(print);
        break;
      }
      passed.push(print);
      const after = nextArrival(next);
      if (!after) broken = brokenWhenQuiet(next);
      next = after;
    }
    for (const print of passed) ends.set(print, broken);
    return broken;
  };
}

function explore(
  bookIds: readonly string[],
  copyIds: readonly string[],
  depth: number,
  withdrawals = false,
): { states: number; broken: string | undefined } {
  const first = newWorld(bookIds, copyIds, withdrawals);
  const known = new Set([fingerprint(first)]);
  const brokenInTheEnd = endOf();
  let frontier: World[] = [first];
  for (let done = 0; done < depth; done += 1) {
    const next: World[] = [];
    for (const world of frontier)
      for (const { world: reached, reserve } of moves(world)) {
        const broken = reserve.map(brokenByStep).find((rule) => rule !== undefined);
        if (broken !== undefined) return { states: known.size, broken };
        const print = fingerprint(reached);
        if (known.has(print)) continue;
        known.add(print);
        const fault = brokenRule(reached) ?? brokenInTheEnd(reached);
        if (fault !== undefined) return { states: known.size, broken: fault };
        next.push(reached);
      }
    frontier = next;
  }
  return { states: known.size, broken: undefined };
}

describe('Reserve and Rental together, with every crossing of their messages', () => {
  // Titles share nothing but the time, so eight steps on several titles are at most eight on each of them.
  // With two copies at most one of three members waits: it takes a single copy for a queue that could get out of order.
  it.each([
    ['two copies', TWO_COPIES, 20_000],
    ['one copy', ['copy-1'], 15_000],
  ])(
    'keep every rule in every state of a title of %s that eight steps of three members can reach',
    (_what, copyIds, atLeast) => {
      const { states, broken } = explore(['book-1'], copyIds, DEPTH);
      expect(broken).toBeUndefined();
      expect(states).toBeGreaterThan(atLeast);
    },
  );

  it('keep every rule while copies are withdrawn, wherever they are', () => {
    const { states, broken } = explore(['book-1'], TWO_COPIES, DEPTH_WITH_WITHDRAWALS, true);
    expect(broken).toBeUndefined();
    expect(states).toBeGreaterThan(1_000);
  });

  it('keep every rule while two titles are in use at once', () => {
    const { states, broken } = explore(['book-1', 'book-2'], TWO_COPIES, DEPTH_OF_TWO);
    expect(broken).toBeUndefined();
    expect(states).toBeGreaterThan(500);
  });
});
