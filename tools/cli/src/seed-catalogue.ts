import { increasing, retry } from '@rentalbook/timing';
import addABook from '../../../router/operations/01-add-a-book.graphql';
import findBooks from '../../../router/operations/02-find-books.graphql';
import { ask, fieldOf, reasonOf } from './graphql-client';

const catalogue = [
  { title: 'Middlemarch', authors: ['George Eliot'], isbn: '9780141439549', copies: 2 },
  { title: 'Frankenstein', authors: ['Mary Shelley'], isbn: '9780141439471', copies: 1 },
  { title: 'The Time Machine', authors: ['H. G. Wells'], isbn: '9780141439976', copies: 3 },
  { title: 'Emma', authors: ['Jane Austen'], isbn: '9780141439587', copies: 1 },
  { title: 'Around the World in Eighty Days', authors: ['Jules Verne'], isbn: '9780140449068', copies: 2 },
  { title: 'The Adventures of Sherlock Holmes', authors: ['Arthur Conan Doyle'], isbn: '9780140439076', copies: 1 },
];
const ATTEMPTS = 5;
const BACK_OFF = increasing({ first: 200, most: 1_000 });

/** Adds a few classics to an empty catalogue, as a librarian would; resolves to how many were added. Rejects with the reason. */
export async function seedCatalogue(url: string, librarian: string): Promise<number> {
  const answer = await ask<{ books: { edges: unknown[] } | null }>(url, librarian, findBooks, { first: 1 });
  if (fieldOf(answer, 'books').edges.length > 0) return 0;
  for (const input of catalogue) await addBook(url, librarian, input);
  return catalogue.length;
}

class RefusedBook extends Error {}

async function addBook(url: string, librarian: string, book: (typeof catalogue)[number]): Promise<void> {
  // The idempotency key makes a repeat harmless after a lost answer.
  const input = { ...book, idempotencyKey: `seed-${book.isbn}` };
  const add = async (): Promise<void> => {
    const answer = await ask(url, librarian, addABook, { input });
    if (answer.errors) throw new RefusedBook(reasonOf(answer));
  };
  const isTransient = (error: unknown, attempt: number) => error instanceof RefusedBook && attempt < ATTEMPTS;
  await retry(add, { backOff: BACK_OFF, isTransient });
}
