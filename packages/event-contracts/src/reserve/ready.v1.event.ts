import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id, memberId, timestamp } from '../fields';

/** A copy was set aside for the reservation, to be fetched until pickupBy. */
export const ready = defineEvent(
  'reserve',
  'Ready',
  1,
  z.object({
    reservationId: id,
    userId: memberId,
    bookId: id,
    copyId: id,
    pickupBy: timestamp,
    /** The rule that the allocation rests on: an English sentence for consumers that know no codes, and its code. */
    rule: freeText,
    ruleCode: id.optional(),
  }),
);
