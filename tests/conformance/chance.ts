import fc from 'fast-check';

/** Everything that is left to chance in one run: the same seed decides the same. */
export interface Chance {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** One of the items, which must not be none. */
  oneOf<Item>(items: readonly Item[]): Item;
  /** True once in `times` on average. */
  onceIn(times: number): boolean;
}

const RANGE = 0x7fffffff;

export function chanceOf(seed: number): Chance {
  const numbers = fc.infiniteStream(fc.noBias(fc.nat(RANGE - 1)), { noHistory: true });
  const [stream] = fc.sample(numbers, { seed, numRuns: 1 });
  if (!stream) throw new Error('fast-check gave no stream of numbers');
  const below = (limit: number): number => Math.floor((Number(stream.next().value) / RANGE) * limit);
  return {
    below,
    oneOf(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError('there is nothing to choose from');
      return item;
    },
    onceIn: (times) => below(times) === 0,
  };
}
