import { accepted, eventually, librarian, member } from '@rentalbook/test-kit';

import type { Library } from './contenders';

/** What the workloads ask about. */
export interface Seeded {
  readonly bookIds: readonly string[];
  readonly members: readonly { readonly id: string; readonly token: string | undefined }[];
}

const AT_ONCE = 8;

/** A catalogue, and members of whom each has a reservation of every title. */
export async function seed(library: Library, { books, members }: { books: number; members: number }): Promise<Seeded> {
  const libby = await librarian(library);
  const bookIds: string[] = [];
  for (let n = 0; n < books; n += 1) bookIds.push(accepted(await libby.addBook(`Title ${String(n)}`, 2)).id);
  const readers = await Promise.all(Array.from({ length: members }, (_, n) => member(library, `reader-${String(n)}`)));
  const first = readers[0];
  await eventually(async () => first && (await first.reserve(bookIds.at(-1) ?? '')).entity, {
    what: 'Reserve knowing the newest title',
  });
  const wanted = readers.flatMap((reader) => bookIds.slice(0, 20).map((bookId) => ({ reader, bookId })));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = wanted.pop(); next; next = wanted.pop()) await next.reader.reserve(next.bookId);
    }),
  );
  for (const reader of readers)
    await eventually(async () => (await reader.page()).entries.length >= 20, { what: `the page of ${reader.id}` });
  return { bookIds, members: readers.map(({ id, token }) => ({ id, token })) };
}
