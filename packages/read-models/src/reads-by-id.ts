import { joinCalls } from '@rentalbook/mongo';

/** Finds documents by their ids. Calls that begin in the same turn of the event loop are one query; each gets its own. */
export function joinReadsById<Document extends { readonly _id: string }>(
  find: (ids: string[]) => PromiseLike<readonly Document[]>,
): (ids: readonly string[]) => Promise<readonly Document[]> {
  return joinCalls(async (calls: readonly (readonly string[])[]) => {
    const found = await find(calls.flat());
    return calls.map((ids) => found.filter(({ _id }) => ids.includes(_id)));
  });
}
