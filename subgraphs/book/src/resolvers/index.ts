import { Book } from './Book';
import { addBook } from './Mutation/addBook';
import { addCopies } from './Mutation/addCopies';
import { withdrawCopy } from './Mutation/withdrawCopy';
import { book } from './Query/book';
import { books } from './Query/books';
import type { Resolvers } from './types.generated';

export const resolvers: Resolvers = {
  Query: { book, books },
  Mutation: { addBook, addCopies, withdrawCopy },
  Book,
};
