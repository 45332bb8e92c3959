/** The rules of the library that decisions rest on. Their sentences are in packages/sentences. */
export const ruleCodes = [
  'COPIES_OF_A_TITLE',
  'COPY_BY_ITS_ID',
  'WITHDRAW_FROM_STOCK',
  'RENT_FROM_CATALOGUE',
  'RENT_ONCE_AT_A_TIME',
  'ANSWERED_IN_TIME',
  'RETURN_WHAT_IS_OUT',
  'RENTAL_BY_ITS_ID',
  'RESERVE_FROM_CATALOGUE',
  'WHILE_THERE_ARE_COPIES',
  'ONE_RESERVATION_PER_TITLE',
  'NOT_WHILE_AT_HOME',
  'FIRST_COME_FIRST_SERVED',
  'RENT_ON_RESERVATION',
  'WAIT_FOR_YOUR_TURN',
  'FETCH_IN_TIME',
  'GOES_TO_ITS_READER',
  'CANCEL_WHILE_OPEN',
  'RESERVATION_BY_ITS_ID',
] as const;
export type RuleCode = (typeof ruleCodes)[number];

/** Why a reservation ended, where it was not for a reason that the member or a librarian wrote. */
export const reasonCodes = [
  'NO_COPY_LEFT',
  'NOT_FETCHED_IN_TIME',
  'NO_LONGER_NEEDED',
  'CANCELLED_BY_THE_LIBRARY',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

export type NoFacts = Readonly<Record<string, never>>;

/** The refusals that commands are answered with, each with the facts that its sentence names. */
export interface RefusalFacts {
  /** Without the id where the command is about copies of a title that its librarian names. */
  readonly BOOK_NOT_FOUND: { readonly bookId?: string };
  readonly COPY_NOT_FOUND: { readonly title: string };
  readonly COPY_IN_USE: { readonly state: 'HELD' | 'ON_LOAN' };
  readonly RESERVATION_NOT_FOUND: NoFacts;
  readonly ALREADY_RESERVED: { readonly title: string };
  readonly ALREADY_RENTED: { readonly title: string; readonly state: 'REQUESTED' | 'AT_HOME' };
  readonly NO_COPIES: { readonly title: string };
  readonly NOT_CANCELLABLE: NoFacts;
  readonly RENTAL_NOT_FOUND: NoFacts;
  /** Without a state where the rental is over. */
  readonly ALREADY_RETURNED: { readonly state?: 'REQUESTED' };
}
export type RefusedCode = keyof RefusalFacts;

/** Why a command was refused, with the rule of the library that the decision rests on. */
export type Refusal = {
  readonly [Code in RefusedCode]: {
    readonly code: Code;
    readonly facts: RefusalFacts[Code];
    readonly ruleCode: RuleCode;
  };
}[RefusedCode];

/** Technical limits that a command may exceed, which are no rules of the library. */
export interface LimitFacts {
  readonly COPIES_PER_TITLE: {
    readonly copies: number;
    readonly title: string;
    readonly has: number;
    readonly most: number;
  };
}
