import type { Copy } from './catalogue-book';

export type BookStatus = 'IN_STOCK' | 'BOOKING' | 'ON_RENTAL' | 'NO_COPIES';

const words: Record<BookStatus, string> = {
  IN_STOCK: 'In stock',
  BOOKING: 'Booking',
  ON_RENTAL: 'On Rental',
  NO_COPIES: 'No copies',
};

/** Some copy free; else some copy held; else every copy is out; or there is none. */
export function availabilityOf(copies: readonly Pick<Copy, 'state'>[]): BookStatus {
  if (copies.length === 0) return 'NO_COPIES';
  if (copies.some(({ state }) => state === 'IN_STOCK')) return 'IN_STOCK';
  return copies.some(({ state }) => state === 'HELD') ? 'BOOKING' : 'ON_RENTAL';
}

/** The same in the library's words. */
export const availabilityText = (copies: readonly Pick<Copy, 'state'>[]): string => words[availabilityOf(copies)];
