import type { Copy } from './catalogue-book';

export type BookStatus = 'IN_STOCK' | 'BOOKING' | 'ON_RENTAL' | 'NO_COPIES';

/** IN_STOCK where a copy is free; else BOOKING where one is held; else ON_RENTAL; NO_COPIES where there is none. */
export function availabilityOf(copies: readonly Pick<Copy, 'state'>[]): BookStatus {
  if (copies.length === 0) return 'NO_COPIES';
  if (copies.some(({ state }) => state === 'IN_STOCK')) return 'IN_STOCK';
  return copies.some(({ state }) => state === 'HELD') ? 'BOOKING' : 'ON_RENTAL';
}
