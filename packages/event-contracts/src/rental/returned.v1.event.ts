import { z } from 'zod';
import { defineEvent } from '../envelope';
import { id, memberId, personName, timestamp, title } from '../fields';

/** The member brought the copy back. */
export const returned = defineEvent(
  'rental',
  'Returned',
  1,
  z.object({
    rentalId: id,
    userId: memberId,
    userNm: personName,
    bookId: id,
    bookNm: title,
    copyId: id,
    returnedAt: timestamp,
  }),
);
