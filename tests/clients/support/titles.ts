import { accepted, librarian, type System } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';

export interface Titles {
  /** Finds these titles and no others in the catalogue. */
  readonly search: string;
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

/** Adds titles of one copy each, named so that the catalogue lists them in the order of `ids`. */
export async function addTitles(system: Pick<System, 'url' | 'dataDir'>, count: number): Promise<Titles> {
  const libby = await librarian(system);
  const search = `Series ${randomUUID().slice(0, 8)}`;
  const names = Array.from({ length: count }, (_, index) => `${search}, volume ${String(index + 1)}`);
  const books = await Promise.all(names.map(async (name) => accepted(await libby.addBook(name, 1))));
  return { search, names, ids: books.map(({ id }) => id) };
}
