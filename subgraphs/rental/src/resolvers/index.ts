import { Book } from './Book';
import { rentBook } from './Mutation/rentBook';
import { returnBook } from './Mutation/returnBook';
import { rental } from './Query/rental';
import { Rental } from './Rental';
import type { Resolvers } from './types.generated';

export const resolvers: Resolvers = {
  Query: { rental },
  Mutation: { rentBook, returnBook },
  Book,
  Rental,
};
