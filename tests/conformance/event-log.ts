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

/** The titles of a library in both services, which decide as the deciders do; whatever they publish is appended to the log. */
class SimulatedTitles {
  readonly log: RentalbookEvent[] = [];
  now = MONDAY;
  private ids: number;

  constructor(firstId: number) {
    this.ids = firstId - 1;
  }

  add(bookId: string): Title {
    const title: Title = {
      bookId,
      reserve: bookCirculation.initial,
      rental: bookRentals.initial,
      toReserve: [],
      toRental: [],
      lengths: { book: 0, reserve: 0, rental: 0 },
    };
    const data = {
      bookId,
      bookNm: `Title of ${bookId}`,
      authors: [],
      isbn: null,
      copyIds: COPIES,
      status: 'In stock' as const,
    };
    const [added] = this.publish('book', title, [{ eventType: 'Added', data }]);
    if (added?.eventType === 'Added') {
      title.reserve = bookCirculation.evolve(title.reserve, added);
      title.rental = bookRentals.evolve(title.rental, added);
    }
    return title;
  }

  askReserve(title: Title, command: CirculationCommand): void {
    this.inReserve(title, bookCirculation.decide(title.reserve, command, this.context(title)).events);
  }

  askRental(title: Title, command: RentalCommand): readonly RentalbookEvent[] {
    return this.inRental(title, bookRentals.decide(title.rental, command, this.context(title)).events);
  }

  /** Each service consumes the next event of the other. */
  deliver(title: Title): void {
    const toReserve = title.toReserve.shift() as EventOf<HandledByReserve> | undefined;
    if (toReserve) {
      title.reserve = bookCirculation.evolve(title.reserve, toReserve);
      this.inReserve(title, bookCirculation.react(title.reserve, toReserve, this.context(title)));
    }
    const toRental = title.toRental.shift() as EventOf<HandledByRental> | undefined;
    if (toRental) {
      title.rental = bookRentals.evolve(title.rental, toRental);
      this.inRental(title, bookRentals.react(title.rental, toRental, this.context(title)));
    }
  }

  private inReserve(title: Title, bodies: ReturnType<typeof bookCirculation.react>): void {
    title.reserve = bodies.reduce<BookCirculation>(bookCirculation.evolve, title.reserve);
    const handled: readonly string[] = bookRentals.handles;
    const published = this.publish('reserve', title, bodies);
    title.toRental.push(...published.filter(({ eventType }) => handled.includes(eventType)));
  }

  private inRental(title: Title, bodies: ReturnType<typeof bookRentals.react>): readonly RentalbookEvent[] {
    title.rental = bodies.reduce<BookRentals>(bookRentals.evolve, title.rental);
    const published = this.publish('rental', title, bodies);
    title.toReserve.push(...published);
    return published;
  }

  private publish(
    source: Source,
    { bookId, lengths }: Title,
    bodies: readonly BodyOf<EventType>[],
  ): readonly RentalbookEvent[] {
    return bodies.map((body) => {
      const envelope = {
        id: this.newId(),
        source,
        timestamp: new Date(this.now).toISOString(),
        schemaVersion: 1,
        key: bookId,
        sequence: (lengths[source] += 1),
        correlationId: 'simulated',
        actor: 'simulated',
      };
      const data = { ...storedSentences(body.data), ...body.data };
      const event = { ...envelope, ...body, data } as RentalbookEvent;
      this.log.push(event);
      return event;
    });
  }

  private newId(): string {
    this.ids += 1;
    return `0198f3a0-0000-7000-8000-${String(this.ids).padStart(12, '0')}`;
  }

  private context({ bookId }: Title) {
    return { key: bookId, now: new Date(this.now), policy, newId: () => this.newId() };
  }
}

/** What a library's readers come to do, as its services publish it, in the order in which it happened: at least `length` events. */
export function eventLog(
  chance: Chance,
  length: number,
  { readers, books, firstId }: Library = SMALL,
): readonly RentalbookEvent[] {
  const members = readers.map((userId) => ({ userId, userNm: userId }));
  const simulated = new SimulatedTitles(firstId);
  const titles = Array.from({ length: books }, (_, n) => simulated.add(`book-${String(firstId + n)}`));
  const bringBack = (title: Title, rentalId: string): void => {
    const [returned] = simulated.askRental(title, { type: 'ReturnBook', rentalId });
    const isCalledAtOnce = chance.onceIn(2);
    if (returned?.eventType === 'Returned' && isCalledAtOnce)
      simulated.askReserve(title, { type: 'TakeBack', returned: returned.data });
  };

  while (simulated.log.length < length) {
    simulated.now += 1 + chance.below(chance.onceIn(20) ? 2 * DAY_MS : SECOND_MS);
    const title = chance.oneOf(titles);
    const member = chance.oneOf(members);
    const reservation = title.reserve.queue.find(({ userId }) => userId === member.userId);
    const rental = title.rental.open.find(({ userId }) => userId === member.userId);
    const what = chance.below(10);
    if (what < 4) simulated.deliver(title);
    else if (what < 6) simulated.askReserve(title, { type: 'ReserveBook', member });
    else if (what < 8) simulated.askRental(title, { type: 'RentBook', member });
    else if (what === 8 && rental) bringBack(title, rental.rentalId);
    else if (reservation) {
      const { reservationId } = reservation;
      const reason = 'no longer needed';
      simulated.askReserve(title, { type: 'CancelReservation', reservationId, by: member.userId, reason });
    }
  }
  return simulated.log;
}
