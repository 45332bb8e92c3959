import { createPolicySource, type Logger, type PolicySource, type ServiceMetrics } from '@rentalbook/service-kit';
import { z } from 'zod';
import type { Policy } from './domain/policy';

const schema = z.object({
  LOAN_DAYS: z.coerce.number('is a number of days').int('is a whole number of days').min(1).max(365).default(15),
});

/** The policy in force, read from the mounted ConfigMap; a change counts without a restart. */
export function policyIn(
  directory: string | undefined,
  logger: Logger,
  metrics: ServiceMetrics,
  requestTimeoutMs: number,
): Pick<PolicySource<Policy>, 'current' | 'fault'> {
  const { current, fault, refused } = createPolicySource(schema, directory, logger);
  metrics.gauge('refused_policy_values', refused);
  return { fault, current: () => ({ loanDays: current().LOAN_DAYS, requestTimeoutMs }) };
}
