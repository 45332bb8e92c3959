import type { AggregateStore } from '@rentalbook/aggregate-store';
import type { Slice } from '@rentalbook/service-kit';
import type { BookCirculation, CirculationCommand } from '../domain/book-circulation';
import type { ReservationView } from './views';
import type { QueueOutlook } from './queue-outlook';

/** The aggregate of a book's circulation; its key is the bookId. */
export interface Circulation extends Pick<
  AggregateStore<BookCirculation, CirculationCommand>,
  'execute' | 'recordRefusal'
> {
  /** Waits at most two seconds for a book that the catalogue has only just published. */
  waitForReplica(bookId: string): Promise<void>;
}

/** The queues of several titles for queries; an unknown title is missing. */
export type QueueOutlooks = (bookIds: readonly string[]) => Promise<ReadonlyMap<string, QueueOutlook>>;

/** The reservations as they are read. */
export interface Reservations {
  byIds(ids: readonly string[]): Promise<readonly ReservationView[]>;
  /** A reservation that this process has made, as its own events have left it: for the answer to the command that made it. */
  justMade(id: string): ReservationView | undefined;
  /** A slice in the order of tickets. */
  ofBook(bookId: string, slice: Slice<number>): Promise<readonly ReservationView[]>;
}
