import { TITLE_LENGTH } from '@rentalbook/event-contracts';
import { optionalText, optionalTexts, requireText } from '@rentalbook/service-kit';
import type { Title } from '../domain/catalogue-book';
import type { AddBookInput } from './types.generated';

const ISBN_LENGTH = 32;
const MOST_AUTHORS = { entries: 20, characters: 200 };

/** A title as a librarian typed it; throws BAD_USER_INPUT for a field that is no text or too long. */
export function titleFrom({ title, authors, isbn }: AddBookInput): Omit<Title, 'bookId'> {
  return {
    bookNm: requireText('title', title, TITLE_LENGTH),
    authors: optionalTexts('authors', authors, MOST_AUTHORS),
    isbn: optionalText('isbn', isbn, ISBN_LENGTH) ?? null,
  };
}
