import { z } from 'zod';
import { defineEvent } from '../envelope';
import { id, memberId, personName, title } from '../fields';

/** A copy is back in the library, and free unless a Ready follows. */
export const returnedBook = defineEvent(
  'reserve',
  'ReturnedBook',
  1,
  z.object({
    returnId: id,
    rentalId: id,
    userId: memberId,
    userNm: personName,
    bookId: id,
    bookNm: title,
    copyId: id,
    status: z.literal('Return Complete'),
  }),
);
