import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id, memberId, refusalCode } from '../fields';

/** The rental may not begin. reservationId: of the reservation that this rests on. exactCode: a refusal code newer than `code`'s. */
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
    ruleCode: id.optional(),
    reservationId: id.optional(),
    exactCode: id.optional(),
  }),
);
