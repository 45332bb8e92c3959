import type { CommandContext, Decision, Executed } from '@rentalbook/aggregate-store';
import type { Slice } from '@rentalbook/service-kit';
import type { CirculationCommand } from '../domain/book-circulation';
import type { ReservationView } from '../persistence/reservation.model';
import type { QueueOutlook } from './queue-outlook';

/** Where the circulation of a book is decided and kept. */
export interface Circulation {
  execute(bookId: string, command: CirculationCommand, context: CommandContext): Promise<Executed>;
  /** Records the refusal of a command about a reservation that no book has. */
  recordRefusal(reservationId: string, refusal: Decision<never>, context: CommandContext): Promise<Executed>;
  /** Waits a moment for a book that the catalogue has only just announced. */
  arrival(bookId: string): Promise<void>;
}

/** What is shown of the queues of several titles; a title that nothing is known of is missing. */
export type QueueOutlooks = (bookIds: readonly string[]) => Promise<ReadonlyMap<string, QueueOutlook>>;

/** The reservations as they are read. */
export interface Reservations {
  byIds(ids: readonly string[]): Promise<readonly ReservationView[]>;
  /** A slice in the order of tickets. */
  ofBook(bookId: string, slice: Slice<number>): Promise<readonly ReservationView[]>;
}
