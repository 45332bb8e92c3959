import { hasUnprintable, isBlank } from '@rentalbook/event-contracts';
import { badUserInput } from './errors';

/**
 * The text without surrounding space; throws BAD_USER_INPUT when it is empty or longer than `most` characters, or when a
 * control character is in it, for text or for its direction: databases, terminals and pages obey those.
 */
export function requireText(field: string, text: string, most: number): string {
  const trimmed = text.trim();
  if (hasUnprintable(trimmed)) throw badUserInput(`"${field}" has a control character or a line break; leave it out.`);
  if (isBlank(trimmed)) throw badUserInput(`"${field}" is empty; use 1 to ${String(most)} characters.`);
  if (trimmed.length > most)
    throw badUserInput(`"${field}" has ${String(trimmed.length)} characters; use 1 to ${String(most)}.`);
  return trimmed;
}

/** The number; throws BAD_USER_INPUT when it is not within the bounds. */
export function requireCount(field: string, count: number, least: number, most: number): number {
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  throw badUserInput(`"${field}" is ${String(count)}; use ${String(least)} to ${String(most)}.`);
}
