import type { Refusal } from '@rentalbook/aggregate-store/decider';
import type { RefusalCode } from '@rentalbook/event-contracts';

/** The rules of the house that Rental decides by itself. */
export const rules = {
  bookExists: 'A title can be rented once it is in the catalogue.',
  onceAtATime: 'A member rents a title once at a time.',
  answeredInTime: 'A request to rent is answered in time or not at all.',
  returnWhatIsOut: 'A rental is returned while its copy is out.',
} as const;

/** The refusal of a rental that may not begin. */
const messages: Partial<Record<RefusalCode, string>> = {
  BOOK_NOT_FOUND: 'There is no such book.',
  NOT_RESERVED: 'You have no reservation for this title; reserve it first.',
  NOT_YOUR_TURN: 'No copy is set aside for you yet; your reservation stands.',
  REQUEST_TIMED_OUT: 'Your request was not answered in time; reserve the title and ask again.',
  NO_COPIES: 'The library has no copy of this title any more.',
  PICKUP_EXPIRED: 'Your copy was not fetched in time and went to the next reader; reserve again.',
};

/** Why a rental was rejected, for the member. */
export function rejection(code: RefusalCode, rule: string): Refusal {
  return { code, rule, message: messages[code] ?? rule };
}
