import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id } from '../fields';

/** A reservation was given up; a copy that was set aside for it is free. */
export const cancelled = defineEvent(
  'reserve',
  'Cancelled',
  1,
  z.object({
    reservationId: id,
    userId: id,
    bookId: id,
    reason: freeText,
    by: id,
  }),
);
