import { z } from 'zod';
import { defineEvent } from '../envelope';
import { id, memberId, personName, title } from '../fields';

/** A member joined the queue of a title. Tickets number the queue of a title and are never reused. */
export const subscribed = defineEvent(
  'reserve',
  'Subscribed',
  1,
  z.object({
    reservationId: id,
    userId: memberId,
    userNm: personName,
    bookId: id,
    bookNm: title,
    ticket: z.int().positive(),
    status: z.string().regex(/^(Booking|Process in .{1,100})$/, 'is "Booking" or "Process in {word}"'),
  }),
);
