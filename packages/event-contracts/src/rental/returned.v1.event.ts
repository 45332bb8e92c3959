import { z } from 'zod';
import { defineEvent } from '../envelope';
import { id, personName, timestamp, title } from '../fields';

/** The reader brought the copy back. */
export const returned = defineEvent(
  'rental',
  'Returned',
  1,
  z.object({
    rentalId: id,
    userId: id,
    userNm: personName,
    bookId: id,
    bookNm: title,
    copyId: id,
    returnedAt: timestamp,
  }),
);
