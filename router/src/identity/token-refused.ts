import { unauthenticated } from '@rentalbook/service-kit';
import type { GraphQLError } from 'graphql';

/** UNAUTHENTICATED with the remedy. The sentence never repeats the token, nor the expected claims. */
export const refused = (why: string): GraphQLError =>
  unauthenticated(`${why}; sign in again and send the new token as "authorization: Bearer <token>".`);
