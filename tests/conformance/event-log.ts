import type { BodyOf, EventOf, EventType, RentalbookEvent, Source } from '@rentalbook/event-contracts';
import { storedSentences } from '@rentalbook/sentences';
import {
  bookRentals,
  type BookRentals,
  type HandledEventType as HandledByRental,
  type RentalCommand,
} from '../../subgraphs/rental/src/domain/book-rentals';
import {
  bookCirculation,
  type BookCirculation,
  type CirculationCommand,
  type HandledEventType as HandledByReserve,
} from '../../subgraphs/reserve/src/domain/book-circulation';
import type { Chance } from './chance';

const COPIES = ['copy-1', 'copy-2'];
const policy = { bookingStatus: 'Booking', pickupDays: 3, loanDays: 15, requestTimeoutMs: 30_000 };
const MONDAY = Date.UTC(2026, 2, 2);
const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

export interface Library {
  readonly readers: readonly string[];
  readonly books: number;
  /** Ids are counted from here, so that two libraries have none in common. */
  readonly firstId: number;
}
const SMALL: Library = { readers: ['alice', 'bob', 'carol', 'dan', 'eve'], books: 6, firstId: 1 };

/** One title in both services, with the events of each that the other has not consumed yet. */
interface Title {
  readonly bookId: string;
  reserve: BookCirculation;
  rental: BookRentals;
  readonly toReserve: RentalbookEvent[];
  readonly toRental: RentalbookEvent[];
  readonly lengths: Record<Source, number>;
}

/** What a library's readers come to do, as its services announce it, in the order in which it happened: at least `length` events. */
export function eventLog(
  chance: Chance,
  length: number,
  { readers, books, firstId }: Library = SMALL,
): readonly RentalbookEvent[] {
  const members = readers.map((userId) => ({ userId, userNm: userId }));
  const log: RentalbookEvent[] = [];
  let now = MONDAY;
  let ids = firstId - 1;
  const newId = (): string => `0198f3a0-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`;
  const context = () => ({ now: new Date(now), policy, newId });

  const publish = (source: Source, { bookId, lengths }: Title, bodies: readonly BodyOf<EventType>[]) =>
    bodies.map((body) => {
      const envelope = {
        id: newId(),
        source,
        timestamp: new Date(now).toISOString(),
        schemaVersion: 1,
        key: bookId,
        sequence: (lengths[source] += 1),
        correlationId: 'simulated',
        actor: 'simulated',
      };
      const data = { ...storedSentences(body.data), ...body.data };
      const event = { ...envelope, ...body, data } as RentalbookEvent;
      log.push(event);
      return event;
    });

  const inReserve = (title: Title, bodies: ReturnType<typeof bookCirculation.react>): void => {
    title.reserve = bodies.reduce<BookCirculation>(bookCirculation.evolve, title.reserve);
    const handled: readonly string[] = bookRentals.handles;
    title.toRental.push(...publish('reserve', title, bodies).filter(({ eventType }) => handled.includes(eventType)));
  };
  const inRental = (title: Title, bodies: ReturnType<typeof bookRentals.react>): readonly RentalbookEvent[] => {
    title.rental = bodies.reduce<BookRentals>(bookRentals.evolve, title.rental);
    const published = publish('rental', title, bodies);
    title.toReserve.push(...published);
    return published;
  };
  const askReserve = (title: Title, command: CirculationCommand): void => {
    inReserve(title, bookCirculation.decide(title.reserve, command, context()).events);
  };
  const askRental = (title: Title, command: RentalCommand): readonly RentalbookEvent[] =>
    inRental(title, bookRentals.decide(title.rental, command, context()).events);

  const deliver = (title: Title): void => {
    const toReserve = title.toReserve.shift() as EventOf<HandledByReserve> | undefined;
    if (toReserve) {
      title.reserve = bookCirculation.evolve(title.reserve, toReserve);
      inReserve(title, bookCirculation.react(title.reserve, toReserve, context()));
    }
    const toRental = title.toRental.shift() as EventOf<HandledByRental> | undefined;
    if (toRental) {
      title.rental = bookRentals.evolve(title.rental, toRental);
      inRental(title, bookRentals.react(title.rental, toRental, context()));
    }
  };
  const bringBack = (title: Title, rentalId: string): void => {
    const [returned] = askRental(title, { type: 'ReturnBook', rentalId });
    const toldAtOnce = chance.onceIn(2);
    if (returned?.eventType === 'Returned' && toldAtOnce)
      askReserve(title, { type: 'TakeBack', returned: returned.data });
  };

  const titles = Array.from({ length: books }, (_, n): Title => {
    const title: Title = {
      bookId: `book-${String(firstId + n)}`,
      reserve: bookCirculation.initial,
      rental: bookRentals.initial,
      toReserve: [],
      toRental: [],
      lengths: { book: 0, reserve: 0, rental: 0 },
    };
    const { bookId } = title;
    const data = {
      bookId,
      bookNm: `Title of ${bookId}`,
      authors: [],
      isbn: null,
      copyIds: COPIES,
      status: 'In stock' as const,
    };
    const [added] = publish('book', title, [{ eventType: 'Added', data }]);
    if (added?.eventType === 'Added') {
      title.reserve = bookCirculation.evolve(title.reserve, added);
      title.rental = bookRentals.evolve(title.rental, added);
    }
    return title;
  });

  while (log.length < length) {
    now += 1 + chance.below(chance.onceIn(20) ? 2 * DAY_MS : SECOND_MS);
    const title = chance.oneOf(titles);
    const { bookId } = title;
    const member = chance.oneOf(members);
    const reservation = title.reserve.queue.find(({ userId }) => userId === member.userId);
    const rental = title.rental.open.find(({ userId }) => userId === member.userId);
    const what = chance.below(10);
    if (what < 4) deliver(title);
    else if (what < 6) askReserve(title, { type: 'ReserveBook', bookId, member });
    else if (what < 8) askRental(title, { type: 'RentBook', bookId, member });
    else if (what === 8 && rental) bringBack(title, rental.rentalId);
    else if (reservation) {
      const { reservationId } = reservation;
      askReserve(title, { type: 'CancelReservation', reservationId, by: member.userId, reason: 'no longer needed' });
    }
  }
  return log;
}
