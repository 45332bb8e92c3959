import { z } from 'zod';
import { REASON_LENGTH, TITLE_LENGTH } from './limits';
import { MEMBER_ID_LENGTH } from './member-id';

/**
 * Field types that several events share. Limits keep a single message far below the broker's 1 MB. Publishers count the
 * characters that a reader sees, and admit 32 UTF-8 bytes for each: a text never has more UTF-16 units than bytes.
 */
const UNITS_PER_CHARACTER = 32;
const text = (characters: number) => z.string().max(characters * UNITS_PER_CHARACTER);
export const id = z.string().min(1).max(64);
/** The `sub` that an identity provider gives its members; its length in UTF-16 units, of which a character takes up to two. */
export const memberId = z
  .string()
  .min(1)
  .max(2 * MEMBER_ID_LENGTH);
export const title = text(TITLE_LENGTH).min(1);
export const personName = text(200).min(1);
export const freeText = text(REASON_LENGTH);
/** ISO 8601 in UTC with milliseconds. */
export const timestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'is ISO 8601 UTC with milliseconds');

/** The refusal codes of version 1 of the events: a consumer of the version before parses no others. */
const eventRefusalCodes = [
  'BOOK_NOT_FOUND',
  'RESERVATION_NOT_FOUND',
  'RENTAL_NOT_FOUND',
  'COPY_NOT_FOUND',
  'ALREADY_RESERVED',
  'ALREADY_RENTED',
  'NOT_RESERVED',
  'NOT_YOUR_TURN',
  'PICKUP_EXPIRED',
  'RESERVATION_LIMIT',
  'RENTAL_LIMIT',
  'MEMBER_BLOCKED',
  'OTHERS_WAITING',
  'RENEWAL_LIMIT',
  'RENTAL_OVERDUE',
  'ALREADY_RETURNED',
  'NOT_CANCELLABLE',
  'NOT_SUSPENDABLE',
  'NOT_SUSPENDED',
  'COPY_IN_USE',
  'REQUEST_TIMED_OUT',
] as const;
export const refusalCode = z.enum(eventRefusalCodes);

/** Why a command was refused; the same words as the public graph's RefusalCode. */
export const refusalCodes = [...eventRefusalCodes, 'NO_COPIES'] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** The code of a refusal that an event carries: the more exact one, where this version knows it. */
export function refusalCodeOf(refused: {
  readonly code: RefusalCode;
  readonly exactCode?: string | undefined;
}): RefusalCode {
  return refusalCodes.find((code) => code === refused.exactCode) ?? refused.code;
}
