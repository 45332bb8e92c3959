import { z } from 'zod';
import { defineEvent } from '../envelope';
import { freeText, id } from '../fields';

/** A copy leaves the catalogue for good. */
export const withdrawn = defineEvent(
  'book',
  'Withdrawn',
  1,
  z.object({
    bookId: id,
    copyId: id,
    reason: freeText,
  }),
);
