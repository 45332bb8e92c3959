import { foldWith, type DecisionContext } from '@rentalbook/decider';
import type { BodyOf, EventOf, EventType } from '@rentalbook/event-contracts';
import {
  bookCirculation,
  type BookCirculation,
  type HandledEventType as HandledByReserve,
  type OwnEvent as ReserveEvent,
} from '../../subgraphs/reserve/src/domain/book-circulation';
import { evolve as evolveCirculation } from '../../subgraphs/reserve/src/domain/circulation-evolve';
import {
  bookRentals,
  type BookRentals,
  type HandledEventType as HandledByRental,
  type OwnEvent as RentalEvent,
} from '../../subgraphs/rental/src/domain/book-rentals';

export const REQUEST_TIMEOUT_MS = 30_000;
export const PICKUP_MS = 3 * 24 * 60 * 60 * 1_000;
const policy = { bookingStatus: 'Booking', pickupDays: 3, loanDays: 15, requestTimeoutMs: REQUEST_TIMEOUT_MS };

/** As it was decided, or as it was published. */
export type ReserveBody = BodyOf<ReserveEvent> | EventOf<ReserveEvent>;
export type RentalBody = BodyOf<RentalEvent>;

/** One title in both services, with the events of each that the other has not consumed yet, in the order of its stream. */
export interface Title {
  readonly bookId: string;
  /** The copies that were not withdrawn. */
  readonly catalogue: readonly string[];
  readonly reserve: BookCirculation;
  readonly rental: BookRentals;
  readonly toReserve: readonly RentalBody[];
  readonly toRental: readonly ReserveBody[];
}

export interface World {
  /** Whether copies are withdrawn. */
  readonly withdrawals: boolean;
  readonly now: number;
  readonly ids: number;
  readonly titles: readonly Title[];
}

/** One decision of Reserve: what is checked against the rules that speak of steps, not of states. */
export interface ReserveStep {
  readonly now: number;
  readonly before: BookCirculation;
  readonly events: readonly ReserveBody[];
}

export interface Step {
  readonly world: World;
  readonly reserve: readonly ReserveStep[];
}

/** A message as the decider sees it; decisions read its type and data alone. */
const asEvent = <Type extends EventType>(body: BodyOf<EventType> | EventOf<EventType>): EventOf<Type> =>
  body as unknown as EventOf<Type>;

export function newWorld(bookIds: readonly string[], copyIds: readonly string[], withdrawals: boolean): World {
  const titles = bookIds.map((bookId): Title => {
    const added = asEvent<'Added'>({
      eventType: 'Added',
      data: { bookId, bookNm: bookId, authors: [], isbn: null, copyIds: [...copyIds], status: 'In stock' },
    });
    return {
      bookId,
      catalogue: copyIds,
      reserve: bookCirculation.evolve(bookCirculation.initial, added),
      rental: bookRentals.evolve(bookRentals.initial, added),
      toReserve: [],
      toRental: [],
    };
  });
  return { withdrawals, now: Date.UTC(2026, 2, 2), ids: 0, titles };
}

type Context = DecisionContext<typeof policy>;

function step(world: World, title: Title, decide: (context: Context) => { title: Title; reserve?: ReserveStep }): Step {
  let { ids } = world;
  const decided = decide({
    ...{ key: title.bookId, now: new Date(world.now), policy },
    newId: () => `id-${String((ids += 1))}`,
  });
  if (decided.title === title) return { world, reserve: [] };
  const titles = world.titles.map((one) => (one === title ? decided.title : one));
  return { world: { ...world, ids, titles }, reserve: decided.reserve ? [decided.reserve] : [] };
}

/** Reserve decides something about a title, starting from `state`. */
export function inReserve(
  world: World,
  title: Title,
  decide: (state: BookCirculation, context: Context) => readonly ReserveBody[],
): Step {
  return step(world, title, (context) => {
    const events = decide(title.reserve, context);
    if (events.length === 0) return { title };
    const toRental = events.filter(({ eventType }) => (bookRentals.handles as readonly string[]).includes(eventType));
    return {
      title: {
        ...title,
        reserve: foldWith(evolveCirculation)(title.reserve, events),
        toRental: [...title.toRental, ...toRental],
      },
      reserve: { now: world.now, before: title.reserve, events },
    };
  });
}

/** Rental decides something about a title. */
export function inRental(
  world: World,
  title: Title,
  decide: (state: BookRentals, context: Context) => readonly RentalBody[],
): Step {
  return step(world, title, (context) => {
    const events = decide(title.rental, context);
    if (events.length === 0) return { title };
    return {
      title: {
        ...title,
        rental: foldWith<BookRentals, RentalBody>((state, event) => bookRentals.evolve(state, event))(
          title.rental,
          events,
        ),
        toReserve: [...title.toReserve, ...events],
      },
    };
  });
}

/** Reserve consumes that a copy was withdrawn, wherever the copy is by then. */
export function withdraw(world: World, title: Title, copyId: string): Step {
  const event = asEvent<'Withdrawn'>({
    eventType: 'Withdrawn',
    data: { bookId: title.bookId, copyId, reason: 'worn out' },
  });
  const catalogue = title.catalogue.filter((id) => id !== copyId);
  const without = { ...title, catalogue, reserve: bookCirculation.evolve(title.reserve, event) };
  const titles = world.titles.map((one) => (one === title ? without : one));
  return inReserve({ ...world, titles }, without, (state, context) => bookCirculation.react(state, event, context));
}

/** The next message of Rental's stream reaches Reserve. */
export function deliverToReserve(world: World, title: Title): Step | undefined {
  const [next, ...rest] = title.toReserve;
  if (!next) return undefined;
  const event = asEvent<HandledByReserve>(next);
  const received = { ...title, reserve: bookCirculation.evolve(title.reserve, event), toReserve: rest };
  const titles = world.titles.map((one) => (one === title ? received : one));
  return inReserve({ ...world, titles }, received, (state, context) => bookCirculation.react(state, event, context));
}

/** The next message of Reserve's stream reaches Rental. */
export function deliverToRental(world: World, title: Title): Step | undefined {
  const [next, ...rest] = title.toRental;
  if (!next) return undefined;
  const event = asEvent<HandledByRental>(next);
  const received = { ...title, rental: bookRentals.evolve(title.rental, event), toRental: rest };
  const titles = world.titles.map((one) => (one === title ? received : one));
  return inRental({ ...world, titles }, received, (state, context) => bookRentals.react(state, event, context));
}

export { bookCirculation, bookRentals, evolveCirculation };
