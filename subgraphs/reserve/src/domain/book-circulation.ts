import { accept, exhausted, refuse, type Decider, type Decision, type DecisionContext } from '@rentalbook/decider';
import type { EventOf, Refusal, ReturnedCopy, RuleCode } from '@rentalbook/event-contracts';
import { evolve, evolveAll } from './circulation-evolve';
import { handles, type Body, type BookCirculation, type HandledEventType } from './circulation-state';
import type { Policy } from './policy';

export type { BookCirculation, HandledEventType, OwnEvent } from './circulation-state';

interface Member {
  readonly userId: string;
  readonly userNm: string;
}

/** The loan that ends; its copy is the recorded one of the rental. */
type EndedLoan = Omit<ReturnedCopy, 'copyId'>;

export type CirculationCommand =
  | { readonly type: 'ReserveBook'; readonly member: Member }
  /** `reason` is as `by`, the member or a librarian, wrote it; undefined where they wrote none. */
  | {
      readonly type: 'CancelReservation';
      readonly reservationId: string;
      readonly by: string;
      readonly reason?: string | undefined;
    }
  /** Receives a returned copy: the same as the `Returned` event, by the synchronous call. Metrics keep the name of the command. */
  | { readonly type: 'TakeBack'; readonly returned: ReturnedCopy };

type Context = DecisionContext<Policy>;
const DAY_MS = 24 * 60 * 60 * 1_000;

export const bookCirculation: Decider<
  BookCirculation,
  CirculationCommand,
  Body,
  EventOf<HandledEventType>,
  Policy,
  Refusal,
  'reserve'
> = {
  source: 'reserve',
  handles,
  initial: { book: null, copies: [], queue: [], lastTicket: 0 },
  evolve,

  decide(state, command, context) {
    const expired = expire(state, context);
    const { events, outcome } = decideCommand(evolveAll(state, expired), command, context);
    return { events: [...expired, ...events], outcome };
  },

  react(state, event, context) {
    const expired = expire(state, context);
    return [...expired, ...reactTo(evolveAll(state, expired), event, context)];
  },

  nextDeadline: ({ queue }) => queue.flatMap(({ ready }) => ready?.pickupBy ?? []).sort()[0] ?? null,
  expire,
};

function decideCommand(state: BookCirculation, command: CirculationCommand, context: Context): Decision<Body, Refusal> {
  switch (command.type) {
    case 'ReserveBook':
      return reserveBook(state, command, context);
    case 'CancelReservation':
      return cancelReservation(state, command, context);
    case 'TakeBack':
      return accept(command.returned.rentalId, ...receiveReturnedCopy(state, command.returned, context));
    default:
      return exhausted(command);
  }
}

function reserveBook(
  state: BookCirculation,
  { member }: Extract<CirculationCommand, { type: 'ReserveBook' }>,
  context: Context,
): Decision<Body, Refusal> {
  if (!state.book) return refuse('BOOK_NOT_FOUND', { bookId: context.key }, 'RESERVE_FROM_CATALOGUE');
  if (state.queue.some(({ userId }) => userId === member.userId))
    return refuse('ALREADY_RESERVED', { title: state.book.title }, 'ONE_RESERVATION_PER_TITLE');
  if (state.copies.some((copy) => copy.state === 'ON_LOAN' && copy.userId === member.userId))
    return refuse('ALREADY_RENTED', { title: state.book.title, state: 'AT_HOME' }, 'NOT_WHILE_AT_HOME');
  if (!hasCopies(state)) return refuse('NO_COPIES', { title: state.book.title }, 'WHILE_THERE_ARE_COPIES');

  const reservationId = context.newId();
  const subscribed: Body = {
    eventType: 'Subscribed',
    data: {
      reservationId,
      ...member,
      bookId: context.key,
      bookNm: state.book.title,
      ticket: state.lastTicket + 1,
      status: context.policy.bookingStatus,
    },
  };
  return accept(reservationId, subscribed, ...promote(evolve(state, subscribed), context));
}

function cancelReservation(
  state: BookCirculation,
  { reservationId, by, reason }: Extract<CirculationCommand, { type: 'CancelReservation' }>,
  context: Context,
): Decision<Body, Refusal> {
  const reservation = state.queue.find((open) => open.reservationId === reservationId);
  if (!state.book || !reservation) return refuse('NOT_CANCELLABLE', {}, 'CANCEL_WHILE_OPEN');
  const { userId } = reservation;
  const reasonCode = by === userId ? 'NO_LONGER_NEEDED' : 'CANCELLED_BY_THE_LIBRARY';
  const data = { reservationId, userId, bookId: state.book.bookId, by };
  const cancelled: Body = {
    eventType: 'Cancelled',
    data: reason === undefined ? { ...data, reasonCode } : { ...data, reason },
  };
  return accept(reservationId, cancelled, ...promote(evolve(state, cancelled), context));
}

function reactTo(state: BookCirculation, event: EventOf<HandledEventType>, context: Context): readonly Body[] {
  switch (event.eventType) {
    case 'Added':
      return promote(state, context);
    case 'Rentaled':
      return [allocate(state, event.data)];
    case 'Returned':
      return receiveReturnedCopy(state, event.data, context);
    case 'Rejected':
      return receiveReturnedCopy(state, { ...event.data, bookNm: state.book?.title ?? '' }, context);
    case 'Loaned':
    case 'Withdrawn':
      return [];
    default:
      return exhausted(event);
  }
}

/** Whether a rental may begin: only on the member's own reservation, and only with the copy that is held for it. */
function allocate(state: BookCirculation, asked: EventOf<'Rentaled'>['data']): Body {
  const { rentalId, userId, bookId } = asked;
  const reservation = state.queue.find((open) => open.userId === userId);
  type Refused = EventOf<'Refused'>['data'];
  const refused = (
    code: Refused['code'],
    ruleCode: RuleCode,
    more: Partial<Pick<Refused, 'reservationId' | 'exactCode'>> = {},
  ): Body => ({ eventType: 'Refused', data: { rentalId, userId, bookId, code, ruleCode, ...more } });

  if (!reservation) {
    const missed = state.missed?.find((one) => one.userId === userId);
    const link = missed && { reservationId: missed.reservationId };
    if (!hasCopies(state))
      return refused('NOT_RESERVED', 'WHILE_THERE_ARE_COPIES', { ...link, exactCode: 'NO_COPIES' });
    return missed ? refused('PICKUP_EXPIRED', 'FETCH_IN_TIME', link) : refused('NOT_RESERVED', 'RENT_ON_RESERVATION');
  }
  const { reservationId } = reservation;
  if (!reservation.ready) return refused('NOT_YOUR_TURN', 'WAIT_FOR_YOUR_TURN', { reservationId });
  return {
    eventType: 'Checked',
    data: {
      reservationId,
      rentalId,
      userId,
      bookId,
      copyId: reservation.ready.copyId,
      status: 'On Rental',
      ruleCode: 'GOES_TO_ITS_READER',
    },
  };
}

/** A copy comes back once, whichever way the news takes: a rental that has no copy out changes nothing. */
function receiveReturnedCopy(state: BookCirculation, returned: EndedLoan, context: Context): readonly Body[] {
  const { rentalId, userId, userNm, bookId, bookNm } = returned;
  const copy = state.copies.find((one) => one.state === 'ON_LOAN' && one.rentalId === rentalId);
  if (!copy) return [];
  const back: Body = {
    eventType: 'ReturnedBook',
    data: {
      returnId: context.newId(),
      rentalId,
      userId,
      userNm,
      bookId,
      bookNm,
      copyId: copy.copyId,
      status: 'Return Complete',
    },
  };
  return [back, ...promote(evolve(state, back), context)];
}

/** Holds free copies for waiting reservations, first come, first served. */
function promote(state: BookCirculation, context: Context): readonly Body[] {
  const copy = state.copies.find((one) => one.state === 'IN_STOCK');
  const next = state.queue.find(({ ready }) => ready === null);
  if (!state.book || !copy || !next) return [];
  const ready: Body = {
    eventType: 'Ready',
    data: {
      reservationId: next.reservationId,
      userId: next.userId,
      bookId: state.book.bookId,
      copyId: copy.copyId,
      pickupBy: new Date(context.now.getTime() + context.policy.pickupDays * DAY_MS).toISOString(),
      ruleCode: 'FIRST_COME_FIRST_SERVED',
    },
  };
  return [ready, ...promote(evolve(state, ready), context)];
}

/** A hold ends at the instant it is due, whether or not any timer has run: every decision starts with this. */
function expireHolds(state: BookCirculation, context: Context): readonly Body[] {
  const now = context.now.toISOString();
  const due = state.queue.find(({ ready }) => ready !== null && ready.pickupBy <= now);
  if (!state.book || !due) return [];
  const { reservationId, userId } = due;
  const expired: Body = {
    eventType: 'Expired',
    data: { reservationId, userId, bookId: state.book.bookId, reasonCode: 'NOT_FETCHED_IN_TIME', by: 'reserve' },
  };
  const freed = evolve(state, expired);
  const passedOn = promote(freed, context);
  return [expired, ...passedOn, ...expireHolds(evolveAll(freed, passedOn), context)];
}

/** The events that follow from time and copies alone; every decision starts with them. */
function expire(state: BookCirculation, context: Context): readonly Body[] {
  const expired = expireHolds(state, context);
  return [...expired, ...cancelWithoutCopies(evolveAll(state, expired))];
}

/** Ends the reservations that wait for a title whose last copy was withdrawn; one with a held copy keeps it. */
function cancelWithoutCopies(state: BookCirculation): readonly Body[] {
  const { book, queue } = state;
  if (!book || hasCopies(state)) return [];
  return queue
    .filter(({ ready }) => ready === null)
    .map(({ reservationId, userId }) => ({
      eventType: 'Cancelled',
      data: { reservationId, userId, bookId: book.bookId, reasonCode: 'NO_COPY_LEFT', by: 'reserve' },
    }));
}

/** A withdrawn copy that is held or on loan serves only the member who has it: it never reaches the queue. */
const hasCopies = ({ copies }: BookCirculation): boolean => copies.some(({ withdrawn }) => !withdrawn);
