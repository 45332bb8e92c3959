import { exhausted, foldWith } from '@rentalbook/decider';
import type { EventOf } from '@rentalbook/event-contracts';
import type { Body, BookCirculation, Copy, HandledEventType, OwnEvent } from './circulation-state';

/** Beyond this number, the oldest get NOT_RESERVED instead. */
const MISSED_AT_MOST = 100;

export const evolveAll = foldWith<BookCirculation, Body>(evolve);

export function evolve(state: BookCirculation, event: Body | EventOf<OwnEvent | HandledEventType>): BookCirculation {
  switch (event.eventType) {
    case 'Added': {
      const known = new Set(state.copies.map(({ copyId }) => copyId));
      const added = event.data.copyIds.filter((copyId) => !known.has(copyId));
      return {
        ...state,
        book: { bookId: event.data.bookId, title: event.data.bookNm },
        copies: [...state.copies, ...added.map((copyId) => inStock(copyId))],
      };
    }
    case 'Withdrawn':
      return {
        ...state,
        copies: state.copies.flatMap((copy) => {
          if (copy.copyId !== event.data.copyId) return [copy];
          return copy.state === 'IN_STOCK' ? [] : [{ ...copy, withdrawn: true }];
        }),
      };
    case 'Subscribed': {
      const { reservationId, userId, ticket } = event.data;
      return {
        ...state,
        lastTicket: ticket,
        queue: [...state.queue, { reservationId, userId, ticket, ready: null }],
        ...(state.missed && { missed: state.missed.filter((one) => one.userId !== userId) }),
      };
    }
    case 'Ready': {
      const { reservationId, copyId, pickupBy } = event.data;
      return {
        ...state,
        queue: state.queue.map((open) =>
          open.reservationId === reservationId ? { ...open, ready: { copyId, pickupBy } } : open,
        ),
        copies: replace(state.copies, copyId, { state: 'HELD', reservationId }),
      };
    }
    case 'Cancelled':
      return close(state, event.data.reservationId);
    case 'Expired': {
      const { reservationId, userId } = event.data;
      const missed = [...(state.missed ?? []), { reservationId, userId }].slice(-MISSED_AT_MOST);
      return { ...close(state, reservationId), missed };
    }
    case 'Checked': {
      const { reservationId, copyId, rentalId, userId } = event.data;
      return {
        ...state,
        queue: state.queue.filter((open) => open.reservationId !== reservationId),
        copies: replace(state.copies, copyId, { state: 'ON_LOAN', rentalId, userId, dueAt: null }),
      };
    }
    case 'Loaned': {
      const { rentalId, dueAt } = event.data;
      return {
        ...state,
        copies: state.copies.map((copy) =>
          copy.state === 'ON_LOAN' && copy.rentalId === rentalId ? { ...copy, dueAt } : copy,
        ),
      };
    }
    case 'ReturnedBook':
      return { ...state, copies: release(state.copies, event.data.copyId) };
    case 'Refused':
    case 'Rentaled':
    case 'Returned':
    case 'Rejected':
      return state;
    default:
      return exhausted(event);
  }
}

/** The reservation leaves the queue, and the copy that was set aside for it is free. */
function close(state: BookCirculation, reservationId: string): BookCirculation {
  const closed = state.queue.find((open) => open.reservationId === reservationId);
  return {
    ...state,
    queue: state.queue.filter((open) => open !== closed),
    copies: closed?.ready ? release(state.copies, closed.ready.copyId) : state.copies,
  };
}

const inStock = (copyId: string): Copy => ({ copyId, withdrawn: false, state: 'IN_STOCK' });

type Allocation =
  | { readonly state: 'HELD'; readonly reservationId: string }
  | { readonly state: 'ON_LOAN'; readonly rentalId: string; readonly userId: string; readonly dueAt: string | null };

function replace(copies: readonly Copy[], copyId: string, allocation: Allocation): readonly Copy[] {
  return copies.map((copy) => (copy.copyId === copyId ? { copyId, withdrawn: copy.withdrawn, ...allocation } : copy));
}

/** A copy is free again, or removed if it was withdrawn meanwhile. */
function release(copies: readonly Copy[], copyId: string): readonly Copy[] {
  return copies.flatMap((copy) => {
    if (copy.copyId !== copyId) return [copy];
    return copy.withdrawn ? [] : [inStock(copyId)];
  });
}
