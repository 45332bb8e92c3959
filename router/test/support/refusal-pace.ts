import type { Clock } from '@rentalbook/timing';
import { createRefusalPace, type RefusalPace } from '../../src/limits/refusal-pace';

/** The pace of refusals that cost their caller nothing. */
export const paceOfFreeRefusals = (clock: Clock): RefusalPace =>
  createRefusalPace({ charge: () => Promise.resolve() }, clock);
