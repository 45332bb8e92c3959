import type { z } from 'zod';
import { returned } from './returned.v1.event';

/** The copy in the call by which Rental hands it in at Reserve: the data of `Returned`, without its time. */
export const returnedCopy = returned.shape.data.omit({ returnedAt: true });
export type ReturnedCopy = z.infer<typeof returnedCopy>;
