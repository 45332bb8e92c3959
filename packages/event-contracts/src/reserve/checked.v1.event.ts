import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id, memberId } from '../fields';

/** The rental may begin: the copy that was set aside for the reservation went out. */
export const checked = defineEvent(
  'reserve',
  'Checked',
  1,
  z.object({
    reservationId: id,
    rentalId: id,
    userId: memberId,
    bookId: id,
    copyId: id,
    status: z.literal('On Rental'),
    /** The rule that the allocation rests on: an English sentence for consumers that know no codes, and its code. */
    rule: freeText,
    ruleCode: id.optional(),
  }),
);
