import type { Copy } from './catalogue-book';

export type BookStatus = 'IN_STOCK' | 'BOOKING' | 'ON_RENTAL' | 'NO_COPIES';

/** Some copy free; else some copy held; else every copy is out; or there is none. */
export function availabilityOf(copies: readonly Pick<Copy, 'state'>[]): BookStatus {
  if (copies.length === 0) return 'NO_COPIES';
  if (copies.some(({ state }) => state === 'IN_STOCK')) return 'IN_STOCK';
  return copies.some(({ state }) => state === 'HELD') ? 'BOOKING' : 'ON_RENTAL';
}
