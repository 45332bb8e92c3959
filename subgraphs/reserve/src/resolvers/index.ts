import { Book } from './Book';
import { cancelReservation } from './Mutation/cancelReservation';
import { reserveBook } from './Mutation/reserveBook';
import { reservation } from './Query/reservation';
import { Reservation } from './Reservation';
import type { Resolvers } from './types.generated';

export const resolvers: Resolvers = {
  Query: { reservation },
  Mutation: { reserveBook, cancelReservation },
  Book,
  Reservation,
};
