import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id, personName, title } from '../fields';

/** The catalogue has this title with these copies; published again when copies are added, with all that it has then. */
export const added = defineEvent(
  'book',
  'Added',
  1,
  z.object({
    bookId: id,
    bookNm: title,
    authors: z.array(personName).max(20),
    isbn: freeText.nullable(),
    copyIds: z.array(id).max(1_000),
    status: z.literal('In stock'),
  }),
);
