import type { CommandContext, Decision, Executed } from '@rentalbook/aggregate-store';
import type { Page } from '@rentalbook/service-kit';
import type { BookCirculation, CirculationCommand } from '../domain/book-circulation';
import type { ReservationView } from '../persistence/reservation.model';

/** Where the circulation of a book is decided and kept. */
export interface Circulation {
  execute(bookId: string, command: CirculationCommand, context: CommandContext): Promise<Executed>;
  /** Answers a command about a reservation that no book has. */
  decline(reservationId: string, refusal: Decision<never>, context: CommandContext): Promise<Executed>;
  /** Waits a moment for a book that the catalogue has only just announced. */
  arrival(bookId: string): Promise<void>;
  readMany(bookIds: readonly string[]): Promise<ReadonlyMap<string, BookCirculation>>;
}

/** The reservations as they are read. */
export interface Reservations {
  byIds(ids: readonly string[]): Promise<readonly ReservationView[]>;
  /** The tickets of all who wait for one of these books. */
  waitingTickets(bookIds: readonly string[]): Promise<readonly Pick<ReservationView, 'bookId' | 'ticket'>[]>;
  /** One row more than asked for, in the order of tickets. */
  ofBook(bookId: string, page: Page<number>): Promise<readonly ReservationView[]>;
}
