import type { AggregateStore, CommandContext } from '@rentalbook/aggregate-store';
import type { EventOf } from '@rentalbook/event-contracts';
import type { Slice } from '@rentalbook/service-kit';
import type { BookRentals, RentalCommand } from '../domain/book-rentals';
import type { RentalView } from '../persistence/rental.model';

/** The aggregate of a book's rentals; its key is the bookId. */
export interface BookRentalsStore extends Pick<
  AggregateStore<BookRentals, RentalCommand>,
  'execute' | 'recordRefusal' | 'read' | 'progress' | 'changes'
> {
  /** Waits at most two seconds for a book that the catalogue has only just published. */
  waitForReplica(bookId: string): Promise<void>;
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
