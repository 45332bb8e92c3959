import type { BookOnRecord, Changes, CommandContext, Decision, Executed, Progress } from '@rentalbook/aggregate-store';
import type { EventOf } from '@rentalbook/event-contracts';
import type { Slice } from '@rentalbook/service-kit';
import type { BookRentals, RentalCommand } from '../domain/book-rentals';
import type { RentalView } from '../persistence/rental.model';

/** Where the rentals of a book are decided and kept. */
export interface BookRentalsStore {
  execute(bookId: string, command: RentalCommand, context: CommandContext): Promise<Executed>;
  /** Records the refusal of a command about a rental that no book has. */
  recordRefusal(rentalId: string, refusal: Decision<never>, context: CommandContext): Promise<Executed>;
  /** Waits a moment for a book that the catalogue has only just announced. */
  arrival(bookId: string): Promise<void>;
  read(bookId: string): Promise<BookOnRecord<BookRentals> | undefined>;
  progress(bookId: string): Promise<Progress | undefined>;
  readonly changes: Changes;
}

/** The rentals as they are read. */
export interface Rentals {
  byIds(ids: readonly string[]): Promise<readonly RentalView[]>;
  /** A slice in the order of their ids, which is the order in which they were requested. */
  ofBook(bookId: string, slice: Slice<string>): Promise<readonly RentalView[]>;
}

/** What Reserve is told of a copy that comes back. */
export type ReturnedCopy = Omit<EventOf<'Returned'>['data'], 'returnedAt'>;

/** Reserve's counter: hands a copy back at once. */
export interface ReturnDesk {
  /**
   * Resolves to how long Reserve's stream is then, or to undefined when Reserve is down or takes longer than `withinMs`
   * milliseconds: it finishes from the `Returned` event, and the reader is not turned away.
   */
  takeBack(copy: ReturnedCopy, context: CommandContext, withinMs: number): Promise<number | undefined>;
}
