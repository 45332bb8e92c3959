import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id, memberId, refusalCode } from '../fields';

/** The rental may not begin. reservationId names the reservation that the decision rests on, when there is one. */
export const refused = defineEvent(
  'reserve',
  'Refused',
  1,
  z.object({
    rentalId: id,
    userId: memberId,
    bookId: id,
    code: refusalCode,
    rule: freeText,
    reservationId: id.optional(),
  }),
);
