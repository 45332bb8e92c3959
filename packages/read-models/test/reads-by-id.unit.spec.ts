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
});
