import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id, memberId, personName, refusalCode } from '../fields';

/** The rental will not begin: its request was not answered in time. A copy that was given out for it all the same goes back. */
export const rejected = defineEvent(
  'rental',
  'Rejected',
  1,
  z.object({
    rentalId: id,
    userId: memberId,
    userNm: personName,
    bookId: id,
    code: refusalCode,
    rule: freeText,
    ruleCode: id.optional(),
  }),
);
