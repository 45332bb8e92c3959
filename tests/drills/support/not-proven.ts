import { AnsweredWithErrors } from '@rentalbook/test-kit';

/** The system did not do what the drill proves; the message says what it did instead. */
export class NotProven extends Error {
  override readonly name = 'NotProven';
}

/** Throws {@link NotProven} unless the bar is met. */
export function bar(isMet: boolean, otherwise: string): asserts isMet {
  if (!isMet) throw new NotProven(otherwise);
}

/** What the router said, without the query that it was asked. */
export const faultsIn = ({ message }: AnsweredWithErrors): string => message.split(' (')[0] ?? message;

/** Whether the router answered with a bug: no state of the system explains it, so that it neither passes nor proves anything. */
export const isDefect = (error: unknown): boolean =>
  error instanceof AnsweredWithErrors && error.codes.includes('INTERNAL_SERVER_ERROR');
