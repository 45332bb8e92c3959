import { joinReadsById } from '../src/reads-by-id';

describe('reads by id', () => {
  it('of one turn are one query, and each gets the documents that it asked for', async () => {
    const queries: string[][] = [];
    const read = joinReadsById((ids) => {
      queries.push(ids);
      return Promise.resolve(['a', 'b', 'c'].filter((id) => ids.includes(id)).map((_id) => ({ _id })));
    });
    expect(await Promise.all([read(['a', 'b']), read(['b', 'none']), read([])])).toEqual([
      [{ _id: 'a' }, { _id: 'b' }],
      [{ _id: 'b' }],
      [],
    ]);
    expect(queries).toEqual([['a', 'b', 'b', 'none']]);
  });

  it('get their documents in the order of their ids, and one that is named twice once', async () => {
    const read = joinReadsById(() => Promise.resolve(['c', 'a', 'b'].map((_id) => ({ _id }))));
    expect(await Promise.all([read(['a', 'b', 'c']), read(['b', 'a', 'b'])])).toEqual([
      [{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }],
      [{ _id: 'b' }, { _id: 'a' }],
    ]);
  });

  it('look at each document once, however many they are', async () => {
    let looks = 0;
    const read = joinReadsById((ids) =>
      Promise.resolve(
        ids.map((id) => ({
          get _id() {
            looks += 1;
            return id;
          },
        })),
      ),
    );
    const names = Array.from({ length: 50 }, (_, n) => `document-${String(n)}`);
    const found = await Promise.all(names.map((name) => read([name])));
    expect(looks).toBe(50);
    expect(found.map(([one]) => one?._id)).toEqual(names);
  });
});
