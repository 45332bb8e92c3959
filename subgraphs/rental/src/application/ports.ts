import type { AggregateStore, CommandContext } from '@rentalbook/aggregate-store';
import type { ReturnedCopy } from '@rentalbook/event-contracts';
import type { Slice } from '@rentalbook/service-kit';
import type { BookRentals, RentalCommand } from '../domain/book-rentals';
import type { RentalView } from './views';

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

/** Calls Reserve directly when a copy is returned. */
export interface ReserveClient {
  /**
   * Resolves to the last sequence of Reserve's stream then, or to undefined when Reserve is unavailable or takes longer than
   * `withinMs` milliseconds: Reserve finishes from the `Returned` event, and the return is accepted all the same.
   */
  receiveReturnedCopy(copy: ReturnedCopy, context: CommandContext, withinMs: number): Promise<number | undefined>;
}
