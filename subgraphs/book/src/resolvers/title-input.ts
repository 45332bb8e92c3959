import { badUserInput, requireText } from '@rentalbook/service-kit';
import type { Title } from '../domain/catalogue-book';
import type { AddBookInput } from './types.generated';

const LONGEST = { title: 300, author: 200, isbn: 32 };
const MOST_AUTHORS = 20;

/** A title as a librarian typed it; throws BAD_USER_INPUT for a field that is empty or too long. */
export function titleFrom({ title, authors, isbn }: AddBookInput): Omit<Title, 'bookId'> {
  if ((authors?.length ?? 0) > MOST_AUTHORS)
    throw badUserInput(`"authors" has ${String(authors?.length)} names; use up to ${String(MOST_AUTHORS)}.`);
  return {
    bookNm: requireText('title', title, LONGEST.title),
    authors: (authors ?? []).map((author) => requireText('authors', author, LONGEST.author)),
    isbn: isbn === undefined || isbn === null ? null : requireText('isbn', isbn, LONGEST.isbn),
  };
}
