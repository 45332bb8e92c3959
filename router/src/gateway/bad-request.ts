import { explain, type ErrorFacts } from '@rentalbook/sentences';
import { ExplainedError } from '@rentalbook/service-kit';

/** A request that never becomes an operation. */
export const badRequest = <Sentence extends keyof ErrorFacts>(
  sentence: Sentence,
  facts: ErrorFacts[Sentence],
  status: number,
): ExplainedError => new ExplainedError(explain(sentence, facts), { code: 'BAD_REQUEST', http: { status } });
