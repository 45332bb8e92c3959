import fc from 'fast-check';
import { discarded } from '../src/dead-letters/parking';
import { waitingDeadLetters } from '../src/replay/replay';
import { isNext, StreamGap } from '../src/consume/stream-gap';
import type { ConsumedEvent } from '../src/consume/consumed-event';
import { KEYS, withdrawn, library, sequencesOf, upTo } from './parking-page';

describe('a key that is parked', () => {
  it('keeps its order and loses nothing, wherever the process dies and whatever arrives during the replay', async () => {
    const story = fc.record({
      keys: fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 30 }),
      broken: fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.integer({ min: 1, max: 10 })), { maxLength: 3 }),
      garbageAt: fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom(...KEYS)), { maxLength: 3 }),
      kills: fc.array(fc.integer({ min: 2, max: 160 }), { maxLength: 12 }),
      late: fc.array(fc.constantFrom(...KEYS), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ keys, broken, garbageAt, kills, late }) => {
        const page = library();
        page.faults.killAt = new Set(kills);
        page.faults.broken = new Set(broken.map(([key, sequence]) => `${key} ${String(sequence)}`));
        const published = new Map(KEYS.map((key) => [key, 0]));
        const publishNext = async (key: string): Promise<void> => {
          const sequence = (published.get(key) ?? 0) + 1;
          published.set(key, sequence);
          await page.publish(key, JSON.stringify(withdrawn(key, sequence)));
        };
        for (const [index, key] of keys.entries()) {
          for (const [at, foreign] of garbageAt) if (at === index) await page.publish(foreign, '{ not JSON');
          await publishNext(key);
        }
        await page.catchUp();

        const troubled = new Set([...broken.map(([key]) => key), ...garbageAt.map(([, key]) => key)]);
        for (const key of KEYS)
          if (!troubled.has(key)) expect(sequencesOf(page.applied, key)).toEqual(upTo(published.get(key) ?? 0));

        // The bug is mended, the garbage given up, and meanwhile life goes on.
        page.faults.broken.clear();
        for (let round = 0; KEYS.some((key) => page.parkedKeys.of(0, key)?.state === 'parked'); round += 1) {
          expect(round).toBeLessThan(30);
          for (const key of KEYS) {
            await giveUpGarbage(page, key);
            await page.putBack(key);
            const next = late.shift();
            if (next !== undefined) await publishNext(next);
          }
          await page.catchUp();
        }
        for (const key of KEYS) expect(sequencesOf(page.applied, key)).toEqual(upTo(published.get(key) ?? 0));

        // Reading the whole topic again, with its garbage and its replays, changes nothing and parks nothing.
        const before = page.applied.length;
        await page.rereadFrom(0);
        expect(page.applied).toHaveLength(before);
        for (const key of KEYS) expect(page.parkedKeys.of(0, key)?.state ?? 'open').toBe('open');
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what came together behind a message that cannot be read behind it', async () => {
    const page = library();
    for (const value of [1, 2, 'garbage', 3, 4])
      await page.publish('book-a', typeof value === 'number' ? JSON.stringify(withdrawn('book-a', value)) : value);
    await page.catchUp();
    expect(sequencesOf(page.applied, 'book-a')).toEqual([1, 2]);
    expect(page.parkedKeys.of(0, 'book-a')).toMatchObject({ state: 'parked', cause: 'malformed', waiting: 3 });
  });

  it('stays as it is when its first dead letter fails again, and nothing behind it takes effect', async () => {
    const page = library();
    page.faults.broken.add('book-a 1');
    for (const sequence of [1, 2, 3]) await page.publish('book-a', JSON.stringify(withdrawn('book-a', sequence)));
    await page.catchUp();
    const before = page.parkedKeys.of(0, 'book-a');
    expect(before).toMatchObject({ state: 'parked', cause: 'failing', attempts: 3, waiting: 3 });
    await page.putBack('book-a');
    await page.catchUp();
    expect(page.parkedKeys.of(0, 'book-a')).toMatchObject({
      state: 'parked',
      waiting: 3,
      drained: before?.drained,
      refusal: { replay: 'replay', offset: 0, reason: 'TypeError: a bug' },
    });
    expect(page.applied).toEqual([]);
  });

  it('is not taken back by another consumer', async () => {
    const page = library();
    await page.publish('book-a', JSON.stringify(withdrawn('book-a', 1)));
    const foreign = { 'replay-consumer': 'rental', 'replay-id': 'x', 'replay-offset': '0', 'replay-after': '-1' };
    await page.topics.publish('rentalbook', [{ key: 'book-a', value: 'no JSON', headers: foreign }]);
    await page.catchUp();
    expect(sequencesOf(page.applied, 'book-a')).toEqual([1]);
    expect(page.parkedKeys.of(0, 'book-a')).toBeUndefined();
  });

  it('reports a gap, and passes over it only when an operator accepts it', async () => {
    const page = library();
    for (const sequence of [1, 3, 4]) await page.publish('book-a', JSON.stringify(withdrawn('book-a', sequence)));
    await page.catchUp();
    expect(page.parkedKeys.of(0, 'book-a')).toMatchObject({ cause: 'gap', waiting: 2 });
    await page.putBack('book-a');
    await page.catchUp();
    expect(page.parkedKeys.of(0, 'book-a')?.refusal?.reason).toContain('#3 of "book-a" arrived after #1');
    await page.putBack('book-a', true);
    await page.catchUp();
    expect(sequencesOf(page.applied, 'book-a')).toEqual([1, 3, 4]);
  });

  it('lets a discarded event only move the checkpoint of its stream', async () => {
    const page = library();
    page.faults.broken.add('book-a 2');
    for (const sequence of [1, 2, 3]) await page.publish('book-a', JSON.stringify(withdrawn('book-a', sequence)));
    await page.catchUp();
    const record = page.parkedKeys.of(0, 'book-a');
    if (!record) throw new Error('the key should be parked');
    await page.parkedKeys.save(record, discarded(record, { offset: 1, reason: 'test', at: new Date() }));
    await page.putBack('book-a');
    await page.catchUp();
    expect(page.applied.map(({ sequence, discarded: gone }) => [sequence, gone])).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
  });
});

describe('the next event of a stream', () => {
  const consumed = (sequence: number, acceptsGap = false): ConsumedEvent => ({
    event: withdrawn('book-a', sequence),
    traceparent: undefined,
    acceptsGap,
  });

  it('is the one after the checkpoint; what is not further is a repeat, what is further proves a gap', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.integer({ min: 1, max: 100 }), (checkpoint, sequence) => {
        if (sequence > checkpoint + 1) expect(() => isNext(consumed(sequence), checkpoint)).toThrow(StreamGap);
        else expect(isNext(consumed(sequence), checkpoint)).toBe(sequence === checkpoint + 1);
        expect(isNext(consumed(sequence, true), checkpoint)).toBe(sequence > checkpoint);
      }),
    );
  });
});

async function giveUpGarbage(page: ReturnType<typeof library>, key: string): Promise<void> {
  const record = page.parkedKeys.of(0, key);
  if (record?.state !== 'parked') return;
  const garbage = waitingDeadLetters(record, page.topics.deadLetters()).find(
    ({ value }) => value?.toString() === '{ not JSON',
  );
  if (garbage && !record.discarded.some(({ offset }) => offset === garbage.offset))
    await page.parkedKeys.save(record, discarded(record, { offset: garbage.offset, reason: 'test', at: new Date() }));
}
