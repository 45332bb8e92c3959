import * as fc from 'fast-check';
import { createPager, createSeal, keyRange, type PageArguments, type Slice } from '../src';

const seal = createSeal(() => ['a secret of at least 32 characters'], 'cursor');
const pager = createPager<number>(seal, 'numbers');

/** A list of numbers in ascending order, read as a database would. */
const listOf =
  (numbers: ReadonlySet<number>) =>
  ({ after, before, limit, backward }: Slice<number>): Promise<readonly number[]> => {
    const within = [...numbers]
      .sort((one, other) => one - other)
      .filter((n) => !after || n > after.position || (after.inclusive && n === after.position))
      .filter((n) => !before || n < before.position || (before.inclusive && n === before.position));
    return Promise.resolve((backward ? within.reverse() : within).slice(0, limit));
  };

const page = (numbers: ReadonlySet<number>, args: PageArguments) => pager.connection(args, listOf(numbers), (n) => n);
const nodes = ({ edges }: { readonly edges: readonly { readonly node: number }[] }) => edges.map(({ node }) => node);
const cursorOf = async (n: number, from = pager, whose?: string): Promise<string> =>
  (await from.connection({ first: 1 }, listOf(new Set([n])), (row) => row, whose)).pageInfo.endCursor ?? '';

const lists = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 });
const size = fc.integer({ min: 1, max: 8 });

/** What the Relay Cursor Connections Specification says a page contains, written without a database. */
async function expected(numbers: readonly number[], { first, after, last, before }: Asked) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const within = sorted.filter((n) => (after === undefined || n > after) && (before === undefined || n < before));
  const shown = last === undefined ? within.slice(0, first ?? 20) : within.slice(-last);
  const [start, end] = [shown.at(0), shown.at(-1)];
  return {
    nodes: shown,
    hasPreviousPage: sorted.some((n) => (start === undefined ? after !== undefined && n <= after : n < start)),
    hasNextPage: sorted.some((n) => (end === undefined ? before !== undefined && n >= before : n > end)),
    startCursor: start === undefined ? null : await cursorOf(start),
    endCursor: end === undefined ? null : await cursorOf(end),
  };
}

interface Asked {
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  readonly after?: number | undefined;
  readonly before?: number | undefined;
}

describe('a connection', () => {
  it('has the edges and the page info that the Relay specification gives to any size and any two cursors', async () => {
    const position = fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined });
    const direction = fc.oneof(fc.record({ first: size }), fc.record({ last: size }), fc.constant({}));
    await fc.assert(
      fc.asyncProperty(lists, direction, position, position, async (numbers, asked: Asked, after, before) => {
        const args = {
          ...asked,
          ...(after !== undefined && { after: await cursorOf(after) }),
          ...(before !== undefined && { before: await cursorOf(before) }),
        };
        const found = await page(new Set(numbers), args as PageArguments);
        expect({ nodes: nodes(found), ...found.pageInfo }).toEqual(
          await expected(numbers, { ...asked, after, before }),
        );
      }),
      { numRuns: 500 },
    );
  });

  it.each(['forward', 'backward'])(
    'read %s page after page is the list exactly once, in one order',
    async (direction) => {
      await fc.assert(
        fc.asyncProperty(lists, fc.array(size, { minLength: 1, maxLength: 5 }), async (numbers, sizes) => {
          let walked: number[] = [];
          let cursor: string | null = null;
          for (let turn = 0; ; turn += 1) {
            const count = sizes[turn % sizes.length] ?? 1;
            const found = await page(
              new Set(numbers),
              direction === 'forward' ? { first: count, after: cursor } : { last: count, before: cursor },
            );
            walked = direction === 'forward' ? [...walked, ...nodes(found)] : [...nodes(found), ...walked];
            cursor = direction === 'forward' ? found.pageInfo.endCursor : found.pageInfo.startCursor;
            if (!(direction === 'forward' ? found.pageInfo.hasNextPage : found.pageInfo.hasPreviousPage)) break;
          }
          expect(walked).toEqual([...numbers].sort((one, other) => one - other));
        }),
      );
    },
  );

  it('read in turns forward and backward returns to the same page, while rows are added and removed around it', async () => {
    await fc.assert(
      fc.asyncProperty(lists, lists, size, async (numbers, others, count) => {
        const list = new Set(numbers);
        const opening = await page(list, { first: count });
        const next = await page(list, { first: count, after: opening.pageInfo.endCursor });
        fc.pre(next.edges.length > 0);
        const firstShown = nodes(opening).at(0) ?? 0;
        for (const n of others) if (n < firstShown || n > (nodes(next).at(-1) ?? 0)) list.add(n);
        const back = await page(list, { last: count, before: next.pageInfo.startCursor });
        expect(nodes(back)).toEqual(nodes(opening));
        expect(back.pageInfo.hasNextPage).toBe(true);
        expect(back.pageInfo.hasPreviousPage).toBe([...list].some((n) => n < firstShown));
      }),
    );
  });

  it('skips and repeats no row when the row of a cursor has been removed', async () => {
    const cursor = await cursorOf(5);
    expect(nodes(await page(new Set([4, 6, 7]), { first: 2, after: cursor }))).toEqual([6, 7]);
    expect(nodes(await page(new Set([3, 4, 6]), { last: 2, before: cursor }))).toEqual([3, 4]);
  });

  it.each<[string, PageArguments, string]>([
    ['a first of 0', { first: 0 }, '"first" is 0; ask for 1 to 100.'],
    ['a last of 0', { last: 0 }, '"last" is 0; ask for 1 to 100.'],
    ['a last of 101', { last: 101 }, '"last" is 101; ask for 1 to 100.'],
    ['both sizes', { first: 1, last: 1 }, '"first" and "last" are both given'],
    ['a forged cursor', { last: 1, before: 'forged' }, '"before" is not a cursor of this list'],
  ])('refuses %s with a sentence', async (_what, args, sentence) => {
    await expect(page(new Set([1]), args)).rejects.toMatchObject({
      message: expect.stringContaining(sentence),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it.each<[string, Promise<string>]>([
    ['another list', cursorOf(5, createPager<number>(seal, 'others'))],
    ['the same list of another member', cursorOf(5, pager, 'bob')],
    [
      'another installation',
      cursorOf(
        5,
        createPager<number>(
          createSeal(() => ['another secret of 32 characters or more'], 'cursor'),
          'numbers',
        ),
      ),
    ],
  ])('refuses a cursor of %s', async (_what, cursor) => {
    const after = await cursor;
    await expect(page(new Set([1]), { first: 1, after })).rejects.toThrow('"after" is not a cursor of this list');
  });

  it('seals only the cursors that are selected', async () => {
    const sealed = jest.fn(seal.seal);
    const counted = createPager<number>({ ...seal, seal: sealed }, 'numbers');
    const { edges, pageInfo } = await counted.connection(
      {},
      () => Promise.resolve([3, 2, 1]),
      (n) => n,
    );
    expect(edges.map(({ node }) => node)).toEqual([3, 2, 1]);
    expect(pageInfo.hasNextPage).toBe(false);
    expect(sealed).not.toHaveBeenCalled();
    expect(edges[2]?.cursor).toBe(pageInfo.endCursor);
    expect(sealed).toHaveBeenCalledTimes(2);
  });

  it('reads no more than the page when no cursor is given', async () => {
    const read = jest.fn(listOf(new Set([1, 2, 3])));
    await pager.connection({ last: 2 }, read, (n) => n);
    expect(read).toHaveBeenCalledTimes(1);
  });
});

describe('the condition of a slice', () => {
  it('follows the order of the list', () => {
    const bounds = { after: { position: 'b', inclusive: false }, before: { position: 'y', inclusive: true } };
    expect(keyRange(bounds, 1)).toEqual({ $gt: 'b', $lte: 'y' });
    expect(keyRange(bounds, -1)).toEqual({ $lt: 'b', $gte: 'y' });
    expect(keyRange({ after: undefined, before: undefined }, 1)).toBeUndefined();
  });
});
