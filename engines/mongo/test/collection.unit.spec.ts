import { EncodedDocument } from '../src/bson/values';
import { compileFilter } from '../src/query/filter';
import { Collection } from '../src/store/collection';
import { inMemoryJournal } from '../src/store/journal';

/** A collection of 10,000, and how many of its documents have been looked at. */
function catalogue() {
  const collection = new Collection(1, 'library.books', inMemoryJournal, () => 0);
  const idOf = (n: number): string => `book-${String(n).padStart(5, '0')}`;
  let looks = 0;
  for (let n = 9_999; n >= 0; n -= 1)
    collection.restore(
      n + 1,
      new EncodedDocument({
        _id: idOf(n),
        get isHere() {
          looks += 1;
          return true;
        },
      }),
    );
  return { collection, idOf, looks: () => looks };
}

const idsOf = (page: ReturnType<Collection['select']>) => page.map(({ version }) => version.fields['_id']);

describe('a page of a collection in the order of its ids', () => {
  it('costs what it holds, wherever it begins', () => {
    const { collection, idOf, looks } = catalogue();
    const page = collection.select({
      filter: compileFilter({ _id: { $gt: idOf(4_999) }, isHere: true }),
      sort: [{ path: '_id', direction: 1 }],
      limit: 3,
    });
    expect(idsOf(page)).toEqual([idOf(5_000), idOf(5_001), idOf(5_002)]);
    expect(looks()).toBe(3);
  });

  it('does so from the end, too', () => {
    const { collection, idOf, looks } = catalogue();
    const page = collection.select({
      filter: compileFilter({ isHere: true }),
      sort: [{ path: '_id', direction: -1 }],
      limit: 2,
    });
    expect(idsOf(page)).toEqual([idOf(9_999), idOf(9_998)]);
    expect(looks()).toBe(2);
  });

  it('leaves out what was removed, and shows what was put back', () => {
    const { collection, idOf } = catalogue();
    const two = { filter: compileFilter({}), sort: [{ path: '_id', direction: 1 }], limit: 2 } as const;
    for (const document of collection.select(two)) collection.remove(document);
    expect(idsOf(collection.select(two))).toEqual([idOf(2), idOf(3)]);
    collection.insert({ _id: idOf(1) });
    expect(idsOf(collection.select(two))).toEqual([idOf(1), idOf(2)]);
  });
});
