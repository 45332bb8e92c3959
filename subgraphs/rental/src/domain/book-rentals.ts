import {
  accept,
  exhausted,
  foldWith,
  refuse,
  type Decider,
  type Decision,
  type DecisionContext,
} from '@rentalbook/decider';
import type { BodyOf, EventOf, EventType, Refusal } from '@rentalbook/event-contracts';
import type { Policy } from './policy';

/** The open rentals of one title: as many as there are copies out and pending requests. Closed ones are removed. */
export interface BookRentals {
  /** Null until the catalogue announced the book. */
  readonly book: { readonly bookId: string; readonly title: string } | null;
  readonly open: readonly OpenRental[];
}

export interface OpenRental {
  readonly rentalId: string;
  readonly userId: string;
  readonly userNm: string;
  /** Null until Reserve gave a copy out for it. */
  readonly copyId: string | null;
  /** Until when Reserve may answer (ISO 8601); null once the rental began, and for requests of before there was a limit. */
  readonly decideBy: string | null;
}

export type RentalCommand =
  | { readonly type: 'RentBook'; readonly member: { readonly userId: string; readonly userNm: string } }
  | { readonly type: 'ReturnBook'; readonly rentalId: string };

export type OwnEvent = 'Rentaled' | 'Loaned' | 'Rejected' | 'Returned';
/** The events of other services that Rental handles. */
const handles = ['Added', 'Checked', 'Refused'] as const satisfies readonly EventType[];
export type HandledEventType = (typeof handles)[number];

type Context = DecisionContext<Policy>;
type Body = BodyOf<OwnEvent>;
const DAY_MS = 24 * 60 * 60 * 1_000;

export const bookRentals: Decider<
  BookRentals,
  RentalCommand,
  Body,
  EventOf<HandledEventType>,
  Policy,
  Refusal,
  'rental'
> = {
  source: 'rental',
  handles,
  initial: { book: null, open: [] },
  evolve,

  decide(state, command, context) {
    const expired = expire(state, context);
    const { events, outcome } = decideCommand(evolveAll(state, expired), command, context);
    return { events: [...expired, ...events], outcome };
  },

  /** An answer that comes too late begins nothing: `expire` rejects the request, and Reserve takes its copy back. */
  react(state, event, context) {
    const expired = expire(state, context);
    if (event.eventType !== 'Checked') return expired;
    const { book, open } = evolveAll(state, expired);
    const rental = open.find(({ rentalId }) => rentalId === event.data.rentalId);
    return book && rental ? [...expired, loan(book.bookId, rental, context)] : expired;
  },

  nextDeadline: ({ open }) => open.flatMap(({ decideBy }) => decideBy ?? []).sort()[0] ?? null,
  expire,
};

function decideCommand(state: BookRentals, command: RentalCommand, context: Context): Decision<Body, Refusal> {
  switch (command.type) {
    case 'RentBook':
      return rentBook(state, command, context);
    case 'ReturnBook':
      return returnBook(state, command.rentalId, context);
    default:
      return exhausted(command);
  }
}

/** Rejects every request that was not answered in time. */
function expire({ book, open }: BookRentals, { now }: Context): readonly Body[] {
  if (!book) return [];
  const asOf = now.toISOString();
  const late = open.filter(({ decideBy }) => decideBy !== null && decideBy <= asOf);
  return late.map(({ rentalId, userId, userNm }) => ({
    eventType: 'Rejected',
    data: { rentalId, userId, userNm, bookId: book.bookId, code: 'REQUEST_TIMED_OUT', ruleCode: 'ANSWERED_IN_TIME' },
  }));
}

/** Requests the copy; whether the member may have it is Reserve's decision alone. */
function rentBook(
  state: BookRentals,
  { member }: Extract<RentalCommand, { type: 'RentBook' }>,
  context: Context,
): Decision<Body, Refusal> {
  const bookId = context.key;
  if (!state.book) return refuse('BOOK_NOT_FOUND', { bookId }, 'RENT_FROM_CATALOGUE');
  const { title } = state.book;
  const open = state.open.find(({ userId }) => userId === member.userId);
  if (open)
    return refuse(
      'ALREADY_RENTED',
      { title, state: open.copyId === null ? 'REQUESTED' : 'AT_HOME' },
      'RENT_ONCE_AT_A_TIME',
    );
  const rentalId = context.newId();
  const decideBy = new Date(context.now.getTime() + context.policy.requestTimeoutMs).toISOString();
  return accept(rentalId, {
    eventType: 'Rentaled',
    data: { rentalId, ...member, bookId, bookNm: title, status: 'Start Rental', decideBy },
  });
}

function returnBook(state: BookRentals, rentalId: string, context: Context): Decision<Body, Refusal> {
  const rental = state.open.find((open) => open.rentalId === rentalId);
  if (!state.book || !rental) return refuse('ALREADY_RETURNED', {}, 'RETURN_WHAT_IS_OUT');
  if (rental.copyId === null) return refuse('ALREADY_RETURNED', { state: 'REQUESTED' }, 'RETURN_WHAT_IS_OUT');
  return accept(rentalId, {
    eventType: 'Returned',
    data: {
      rentalId,
      userId: rental.userId,
      userNm: rental.userNm,
      bookId: state.book.bookId,
      bookNm: state.book.title,
      copyId: rental.copyId,
      returnedAt: context.now.toISOString(),
    },
  });
}

function loan(bookId: string, { rentalId, userId }: OpenRental, { now, policy }: Context): Body {
  const dueAt = new Date(now.getTime() + policy.loanDays * DAY_MS).toISOString();
  return { eventType: 'Loaned', data: { rentalId, userId, bookId, dueAt, renewals: 0 } };
}

const evolveAll = foldWith<BookRentals, Body>(evolve);

function evolve(state: BookRentals, event: Body | EventOf<OwnEvent | HandledEventType>): BookRentals {
  switch (event.eventType) {
    case 'Added':
      return { ...state, book: { bookId: event.data.bookId, title: event.data.bookNm } };
    case 'Rentaled': {
      const { rentalId, userId, userNm, decideBy = null } = event.data;
      return { ...state, open: [...state.open, { rentalId, userId, userNm, copyId: null, decideBy }] };
    }
    case 'Checked': {
      const { rentalId, copyId } = event.data;
      return change(state, rentalId, { copyId });
    }
    case 'Refused':
    case 'Rejected':
    case 'Returned':
      return { ...state, open: state.open.filter(({ rentalId }) => rentalId !== event.data.rentalId) };
    case 'Loaned':
      return change(state, event.data.rentalId, { decideBy: null });
    default:
      return exhausted(event);
  }
}

function change(state: BookRentals, rentalId: string, to: Partial<OpenRental>): BookRentals {
  return { ...state, open: state.open.map((open) => (open.rentalId === rentalId ? { ...open, ...to } : open)) };
}
