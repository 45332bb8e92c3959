import { joinCalls } from '@rentalbook/mongo';

/**
 * Finds documents by their ids, and returns them in the order of the ids, each once. Calls that begin in the same turn of the
 * event loop are one query; each gets its own.
 */
export function joinReadsById<Document extends { readonly _id: string }>(
  find: (ids: string[]) => PromiseLike<readonly Document[]>,
): (ids: readonly string[]) => Promise<readonly Document[]> {
  return joinCalls(async (calls: readonly (readonly string[])[]) => {
    const found = new Map((await find(calls.flat())).map((document) => [document._id, document]));
    return calls.map((ids) => [...new Set(ids)].flatMap((id) => found.get(id) ?? []));
  });
}
