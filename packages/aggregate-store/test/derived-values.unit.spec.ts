import type { AggregateModel } from '../src/aggregate/aggregate-document';
import { createDerivedValues } from '../src/aggregate/derived-values';

interface Stored {
  readonly _id: string;
  readonly revision: number;
  readonly state: string;
}
const emma = (revision: number): Stored => ({ _id: 'emma', revision, state: `of revision ${String(revision)}` });

/** A collection that shows each query, in order, what `found` has for it; after that the last one. Records what was queried. */
function collectionWith(found: readonly (readonly Stored[])[]) {
  const queries: string[] = [];
  const model = {
    find: (_filter: object, fields: Readonly<Record<string, 1>>) => ({
      lean(): Promise<readonly Stored[]> {
        queries.push(Object.keys(fields).join('+'));
        if (queries.length > 10) return Promise.reject(new Error('asks without end'));
        return Promise.resolve(found[Math.min(queries.length, found.length) - 1] ?? []);
      },
    }),
  } as unknown as AggregateModel;
  const read = createDerivedValues(model, {
    derive: (state: string) => state.toUpperCase(),
    maxBytes: 10_000,
    bytesOf: (value) => value.length,
  });
  return { read, queries };
}

describe('the derived values of aggregates', () => {
  it('are derived again only when the revision has changed', async () => {
    const { read, queries } = collectionWith([[emma(1)], [emma(1)], [emma(1)], [emma(2)]]);
    expect([...(await read(['emma']))]).toEqual([['emma', 'OF REVISION 1']]);
    expect([...(await read(['emma']))]).toEqual([['emma', 'OF REVISION 1']]);
    expect([...(await read(['emma']))]).toEqual([['emma', 'OF REVISION 2']]);
    expect(queries).toEqual(['revision', 'revision+state', 'revision', 'revision', 'revision+state']);
  });

  it('are missing for a document that vanishes between its revision and its load', async () => {
    const { read, queries } = collectionWith([[emma(1)], []]);
    expect([...(await read(['emma']))]).toEqual([]);
    expect(queries).toEqual(['revision', 'revision+state']);
  });

  it('are those of an older document that took its place meanwhile', async () => {
    const { read } = collectionWith([[emma(7)], [emma(2)]]);
    expect([...(await read(['emma']))]).toEqual([['emma', 'OF REVISION 2']]);
  });

  it('are loaded once more when the query of another read, which began earlier, found an older document', async () => {
    const { read, queries } = collectionWith([[emma(1)], [emma(2)], [emma(1)], [emma(2)]]);
    const values = await Promise.all([read(['emma']), read(['emma'])]);
    expect(values.map((each) => each.get('emma'))).toEqual(['OF REVISION 1', 'OF REVISION 2']);
    expect(queries).toEqual(['revision', 'revision', 'revision+state', 'revision+state']);
  });
});
