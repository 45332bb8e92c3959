import { createPolicySource, type Logger } from '@rentalbook/service-kit';
import { z } from 'zod';
import type { Policy } from './domain/policy';

const schema = z.object({
  LOAN_DAYS: z.coerce.number('is a number of days').int('is a whole number of days').min(1).max(365).default(15),
});

/** The policy in force, read from the mounted ConfigMap; a change counts without a restart. */
export function policyIn(directory: string | undefined, logger: Logger, requestTimeoutMs: number): () => Policy {
  const source = createPolicySource(schema, directory, logger);
  return () => ({ loanDays: source().LOAN_DAYS, requestTimeoutMs });
}
