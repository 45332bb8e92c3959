import { accept, exhausted, refuse, type Decider, type Decision, type DecisionContext } from '@rentalbook/decider';
import { BeyondLimit, type BodyOf, type EventOf, type EventType, type Refusal } from '@rentalbook/event-contracts';

/** One title of the catalogue, and where its copies are according to Reserve's events. */
export interface CatalogueBook {
  /** Null until the title is added. */
  readonly title: Title | null;
  readonly copies: readonly Copy[];
}

export interface Title {
  readonly bookId: string;
  readonly bookNm: string;
  readonly authors: readonly string[];
  readonly isbn: string | null;
}

export interface Copy {
  readonly copyId: string;
  readonly state: 'IN_STOCK' | 'HELD' | 'ON_LOAN';
  /** The reservation a copy is held for. */
  readonly reservationId: string | null;
}

export type CatalogueCommand =
  | { readonly type: 'AddBook'; readonly title: Omit<Title, 'bookId'>; readonly copies: number }
  | { readonly type: 'AddCopies'; readonly copies: number }
  | { readonly type: 'WithdrawCopy'; readonly copyId: string; readonly reason: string };

export type OwnEvent = 'Added' | 'Withdrawn';
/** The events of other services that Book handles. */
const handles = ['Ready', 'Cancelled', 'Expired', 'Checked', 'ReturnedBook'] as const satisfies readonly EventType[];
export type HandledEventType = (typeof handles)[number];

type Context = DecisionContext<undefined>;
type Body = BodyOf<OwnEvent>;

export const catalogueBook: Decider<
  CatalogueBook,
  CatalogueCommand,
  Body,
  EventOf<HandledEventType>,
  undefined,
  Refusal,
  'book'
> = {
  source: 'book',
  handles,
  initial: { title: null, copies: [] },
  evolve,
  react: () => [],
  nextDeadline: () => null,
  expire: () => [],

  decide(state, command, context) {
    switch (command.type) {
      case 'AddBook': {
        const title = { ...command.title, bookId: context.key };
        return accept(title.bookId, added(title, state.copies, command.copies, context));
      }
      case 'AddCopies':
        if (!state.title) return unknownBook;
        return accept(state.title.bookId, added(state.title, state.copies, command.copies, context));
      case 'WithdrawCopy':
        return withdraw(state, command);
      default:
        return exhausted(command);
    }
  },
};

/** As many as one event can name. */
const COPIES_PER_TITLE = 1_000;
const unknownBook = refuse('BOOK_NOT_FOUND', {}, 'COPIES_OF_A_TITLE');

/**
 * The event names every copy that the title has after it, so that a consumer of only the newest one knows all of them.
 * Throws {@link BeyondLimit} when there would be too many.
 */
function added(title: Title, copies: readonly Copy[], more: number, { newId }: Context): BodyOf<'Added'> {
  if (copies.length + more > COPIES_PER_TITLE)
    throw new BeyondLimit('COPIES_PER_TITLE', {
      copies: more,
      title: title.bookNm,
      has: copies.length,
      most: COPIES_PER_TITLE,
    });
  const copyIds = [...copies.map(({ copyId }) => copyId), ...Array.from({ length: more }, newId)];
  return { eventType: 'Added', data: { ...title, authors: [...title.authors], copyIds, status: 'In stock' } };
}

function withdraw(
  { title, copies }: CatalogueBook,
  { copyId, reason }: Extract<CatalogueCommand, { type: 'WithdrawCopy' }>,
): Decision<Body, Refusal> {
  if (!title) return unknownBook;
  const copy = copies.find((one) => one.copyId === copyId);
  if (!copy) return refuse('COPY_NOT_FOUND', { title: title.bookNm }, 'COPY_BY_ITS_ID');
  if (copy.state !== 'IN_STOCK') return refuse('COPY_IN_USE', { state: copy.state }, 'WITHDRAW_FROM_STOCK');
  return accept(title.bookId, { eventType: 'Withdrawn', data: { bookId: title.bookId, copyId, reason } });
}

function evolve(state: CatalogueBook, event: Body | EventOf<OwnEvent | HandledEventType>): CatalogueBook {
  switch (event.eventType) {
    case 'Added': {
      const { bookId, bookNm, authors, isbn, copyIds } = event.data;
      const known = new Map(state.copies.map((copy) => [copy.copyId, copy]));
      return {
        title: { bookId, bookNm, authors, isbn },
        copies: copyIds.map((copyId) => known.get(copyId) ?? { copyId, state: 'IN_STOCK', reservationId: null }),
      };
    }
    case 'Withdrawn':
      return { ...state, copies: state.copies.filter(({ copyId }) => copyId !== event.data.copyId) };
    case 'Ready': {
      const { copyId, reservationId } = event.data;
      return change(state, (copy) => copy.copyId === copyId, { state: 'HELD', reservationId });
    }
    case 'Cancelled':
    case 'Expired': {
      const { reservationId } = event.data;
      return change(state, (copy) => copy.reservationId === reservationId, { state: 'IN_STOCK', reservationId: null });
    }
    case 'Checked':
      return change(state, (copy) => copy.copyId === event.data.copyId, { state: 'ON_LOAN', reservationId: null });
    case 'ReturnedBook':
      return change(state, (copy) => copy.copyId === event.data.copyId, { state: 'IN_STOCK', reservationId: null });
    default:
      return exhausted(event);
  }
}

function change(state: CatalogueBook, which: (copy: Copy) => boolean, next: Omit<Copy, 'copyId'>): CatalogueBook {
  return { ...state, copies: state.copies.map((copy) => (which(copy) ? { ...copy, ...next } : copy)) };
}
