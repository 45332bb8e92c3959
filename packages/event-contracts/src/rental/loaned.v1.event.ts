import { z } from 'zod';
import { defineEvent } from '../envelope';
import { id, memberId, timestamp } from '../fields';

/** The rental began and is due at dueAt. */
export const loaned = defineEvent(
  'rental',
  'Loaned',
  1,
  z.object({
    rentalId: id,
    userId: memberId,
    bookId: id,
    dueAt: timestamp,
    renewals: z.int().nonnegative(),
  }),
);
