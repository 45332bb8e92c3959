import type { Caller } from '@rentalbook/service-kit';
import { EventFence } from '../src/cache/event-fence';
import { NO_FAULTS } from './support/cache-oracle';
import { runMixed } from './support/mixed-run';
import { ModelTopic } from './support/cached-topic';
import { createCachedWorld, type Read } from './support/cached-world';

describe('the cache of answers', () => {
  it.each([
    { writes: 0.01, seed: 1 },
    { writes: 0.05, seed: 2 },
    { writes: 0.2, seed: 3 },
  ])('gives no answer that it must not give, with $writes of the operations writing', async ({ writes, seed }) => {
    const { faults, examples, parts, hits } = await runMixed({ seed, writes, operations: 1_000 });
    expect({ faults, examples }).toEqual({ faults: NO_FAULTS, examples: [] });
    expect(hits).toBeGreaterThan(parts / 20);
  });
});

const aPart = {
  ...{ tags: ['member:ada'], asOf: new Map<string, never>(), includes: [], validMs: 1, isPublic: false },
  consumer: 'mypage',
};
const anEvent = { source: 'reserve', key: '1', sequence: 1, tags: ['member:ada'] };

describe('the fence of the cache', () => {
  const levelAt = (...committed: number[]) => new Map([['mypage', committed]]);
  const fenceAt = (next: readonly number[], rememberedAtMost?: number): EventFence => {
    const fence = new EventFence(rememberedAtMost);
    fence.reset(next);
    fence.accepts(aPart, 'mypage', fence.begin());
    return fence;
  };

  it('accepts nothing of a group that has not applied what was published before the tail began', () => {
    const fence = fenceAt([3, 5]);
    fence.commit(levelAt(3, 4));
    expect(fence.accepts(aPart, 'mypage', fence.begin())).toBe(false);
    fence.commit(levelAt(3, 5));
    expect(fence.accepts(aPart, 'mypage', fence.begin())).toBe(true);
  });

  it('accepts no answer while whose fetch an event was seen, applied and forgotten', () => {
    const fence = fenceAt([0]);
    fence.commit(levelAt(0));
    const before = fence.begin();
    fence.see(anEvent, { partition: 0, offset: 0 });
    expect(fence.accepts(aPart, 'mypage', before)).toBe(false);
    expect(fence.accepts(aPart, 'mypage', fence.begin())).toBe(false);
    fence.commit(levelAt(1));
    expect(fence.remembered).toBe(0);
    expect(fence.accepts(aPart, 'mypage', before)).toBe(false);
    expect(fence.accepts(aPart, 'mypage', fence.begin())).toBe(true);
  });

  it('does not remember more for a group that is far behind, and accepts nothing of it until it is level again', () => {
    const fence = fenceAt([0], 4);
    fence.commit(levelAt(0));
    for (let offset = 0; offset < 9; offset++) fence.see({ ...anEvent, tags: ['book:1'] }, { partition: 0, offset });
    expect(fence.remembered).toBeLessThan(5);
    fence.commit(levelAt(1));
    expect(fence.accepts(aPart, 'mypage', fence.begin())).toBe(false);
    fence.commit(levelAt(9));
    expect(fence.accepts(aPart, 'mypage', fence.begin())).toBe(true);
  });
});

const ada: Caller = { memberId: 'ada', name: 'Ada', roles: ['member'] };
const ben: Caller = { memberId: 'ben', name: 'Ben', roles: ['member'] };
const bookOf = (caller: Caller | null): Read => ({ kind: 'book', keys: ['k3'], caller, token: [] });
const pageOf = (caller: Caller): Read => ({ kind: 'page', keys: ['k3'], caller, token: [] });

describe('a cache that follows its topic', () => {
  let world: ReturnType<typeof createCachedWorld>;
  beforeEach(async () => {
    world = createCachedWorld(() => 0.7);
    world.write('book', 'k3', 'libby');
    await world.rest();
    // The first answer names the group, and the second one is stored once the group is known to be level.
    for (const read of [bookOf(null), pageOf(ada)]) await world.restedRead(read);
    await world.rest();
  });
  afterEach(() => world.stop());

  /** The number of the call that the part of a title comes from. */
  const callFor = async (read: Read): Promise<number | undefined> => (await world.restedRead(read)).parts[0]?.call;
  const together = async (...reads: readonly Read[]): Promise<(number | undefined)[]> => {
    const reading = reads.map((read) => world.read(read));
    await world.settle();
    await world.rest();
    return (await Promise.all(reading)).map(({ parts }) => parts[0]?.call);
  };

  it('fetches once for all readers who miss together what everyone may have', async () => {
    await callFor(bookOf(null));
    world.write('book', 'k3', 'libby');
    const [first, second, third] = await together(bookOf(null), bookOf(ada), bookOf(ben));
    expect([second, third]).toEqual([first, first]);
  });

  it('fetches the pages of two members twice, and that of one member once', async () => {
    const [first, again, other] = await together(pageOf(ada), pageOf(ada), pageOf(ben));
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('serves nothing once the broker has not answered for two seconds', async () => {
    const stored = await callFor(bookOf(null));
    expect(await callFor(bookOf(null))).toBe(stored);
    world.topic.setAway(true, false);
    await world.advance(1_900);
    await world.advance(200);
    expect(world.cache.isLive()).toBe(false);
    expect(await callFor(bookOf(null))).not.toBe(stored);
  });

  it('serves nothing that lacks what the consistency token names, also of a change through another router', async () => {
    const stored = await callFor(bookOf(ada));
    const page = await callFor(pageOf(ada));
    const token = world.writeElsewhere('reserve', 'k3', 'ada');
    expect(await callFor(bookOf(ada))).toBe(stored);
    expect(await callFor({ ...bookOf(ada), token })).not.toBe(stored);
    expect(await callFor({ ...pageOf(ada), token })).not.toBe(page);
  });

  it.each(Object.keys(new ModelTopic().harm) as (keyof ModelTopic['harm'])[])(
    'is emptied, and begins again, when %s',
    async (harm) => {
      const stored = await callFor(bookOf(null));
      expect(await callFor(bookOf(null))).toBe(stored);
      world.topic.harm[harm]();
      await world.advance(600);
      expect(world.cache.isLive()).toBe(false);
      await world.rest();
      expect(world.cache.isLive()).toBe(true);
      const fetched = await callFor(bookOf(null));
      expect(fetched).not.toBe(stored);
      await world.rest();
      const later = await callFor(bookOf(null));
      expect(await callFor(bookOf(null))).toBe(later);
    },
  );
});
