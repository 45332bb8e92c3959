import { increasing, retry, systemClock, type Clock } from '@rentalbook/timing';
import addABook from '../../../router/operations/01-add-a-book.graphql';
import findBooks from '../../../router/operations/02-find-books.graphql';
import { ask, reasonOf, type GraphQLAnswer } from './graphql-client';

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
/** Codes of what a repeat does not change. */
const FINAL_CODES = ['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED'];

/**
 * Adds a few classics to an empty catalogue, or what is missing where a seeding ended in between, as a librarian would; resolves to how
 * many were added. Rejects with the reason, after several attempts where it may be transient.
 */
export async function seedCatalogue(url: string, librarian: string, clock: Clock = systemClock): Promise<number> {
  const several = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const isTransient = (error: unknown, attempt: number) => !(error instanceof FinalRefusal) && attempt < ATTEMPTS;
    return retry(work, { backOff: BACK_OFF, clock, isTransient });
  };
  const titles = await several(() => firstTitles(url, librarian));
  const isOfOthers = titles.some((title) => !catalogue.some((book) => book.title === title));
  if (isOfOthers) return 0;
  const missing = catalogue.filter(({ title }) => !titles.includes(title));
  for (const book of missing) await several(() => addBook(url, librarian, book));
  return missing.length;
}

class FinalRefusal extends Error {}

interface Books {
  readonly books: { readonly edges: readonly { readonly node: { readonly title: string } }[] } | null;
}
interface AddedBook {
  readonly addBook: { readonly refusal: { readonly message: string } | null } | null;
}

/** One more than the seeding adds, so that a book of someone else shows. */
async function firstTitles(url: string, librarian: string): Promise<readonly string[]> {
  const answer = await ask<Books>(url, librarian, findBooks, { first: catalogue.length + 1 });
  if (!answer.data?.books) throw refusalIn(answer);
  return answer.data.books.edges.map(({ node }) => node.title);
}

async function addBook(url: string, librarian: string, book: (typeof catalogue)[number]): Promise<void> {
  // The idempotency key makes a repeat harmless after a lost answer.
  const input = { ...book, idempotencyKey: `seed-${book.isbn}` };
  const answer = await ask<AddedBook>(url, librarian, addABook, { input });
  if (answer.errors) throw refusalIn(answer);
  const refusal = answer.data?.addBook?.refusal;
  if (refusal) throw new FinalRefusal(refusal.message);
}

function refusalIn(answer: GraphQLAnswer<unknown>): Error {
  const isFinal = answer.errors?.some(({ extensions }) => FINAL_CODES.includes(extensions?.code ?? ''));
  return isFinal ? new FinalRefusal(reasonOf(answer)) : new Error(reasonOf(answer));
}
