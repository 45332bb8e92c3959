import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id, memberId } from '../fields';

/** A copy was not fetched in time; the reservation is over and the copy free. */
export const expired = defineEvent(
  'reserve',
  'Expired',
  1,
  z.object({
    reservationId: id,
    userId: memberId,
    bookId: id,
    reason: freeText,
    reasonCode: id.optional(),
    by: memberId,
  }),
);
