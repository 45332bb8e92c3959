const EXPLAINED = Symbol.for('rentalbook.explained');

/** An expected fault whose message is a sentence for the reader, with the remedy: a stack trace is of no use beside it. */
export class ExplainedError extends Error {
  readonly [EXPLAINED] = true;
}

/** Also true for an error of another copy of this module, as a bundle beside this one has it. */
export const isExplained = (error: unknown): error is ExplainedError => error instanceof Error && EXPLAINED in error;

/** What a command prints of an error before it ends: the sentence, or the stack of a defect. */
export function reported(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return isExplained(error) ? error.message : (error.stack ?? error.message);
}
