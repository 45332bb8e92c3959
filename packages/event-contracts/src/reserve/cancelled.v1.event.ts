import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id, memberId } from '../fields';

/** A reservation was given up; a copy that was set aside for it is free. */
export const cancelled = defineEvent(
  'reserve',
  'Cancelled',
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
