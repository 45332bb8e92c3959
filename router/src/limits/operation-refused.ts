import { explain, type ErrorFacts } from '@rentalbook/sentences';
import { ExplainedError } from '@rentalbook/service-kit';

type RefusalCode = 'GRAPHQL_VALIDATION_FAILED' | 'OPERATION_RESOLUTION_FAILURE' | 'PERSISTED_QUERY_NOT_IN_LIST';

/** Refuses an operation as a whole, before anything of it is carried out. */
export const operationRefused = <Sentence extends keyof ErrorFacts>(
  code: RefusalCode,
  sentence: Sentence,
  facts: ErrorFacts[Sentence],
): ExplainedError => new ExplainedError(explain(sentence, facts), { code, http: { status: 400 } });
