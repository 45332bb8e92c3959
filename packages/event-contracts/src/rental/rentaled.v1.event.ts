import { z } from 'zod';
import { defineEvent } from '../envelope';
import { id, memberId, personName, timestamp, title } from '../fields';

/** A member asks to rent a title; Reserve decides, until `decideBy` (events of before there was a limit have none). */
export const rentaled = defineEvent(
  'rental',
  'Rentaled',
  1,
  z.object({
    rentalId: id,
    userId: memberId,
    userNm: personName,
    bookId: id,
    bookNm: title,
    status: z.literal('Start Rental'),
    decideBy: timestamp.optional(),
  }),
);
