import type { OwnStatus } from './catalogue';
import { catalogues } from './catalogues';
import type { Language } from './language';

/** The words that clients of the library's first system know: they are the same in each language. */
const firstWords = {
  IN_STOCK: 'In stock',
  BOOKING: 'Booking',
  START_RENTAL: 'Start Rental',
  ON_RENTAL: 'On Rental',
  RETURN_COMPLETE: 'Return Complete',
} as const;

export type Status = keyof typeof firstWords | OwnStatus;

export const statusIn = (language: Language, status: Status): string =>
  isOwn(status) ? catalogues[language].statuses[status] : firstWords[status];

const isOwn = (status: Status): status is OwnStatus => !Object.hasOwn(firstWords, status);
