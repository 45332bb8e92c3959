import type { z } from 'zod';

/** A message that is no event of ours. The message says which field does not fit and why. */
export class MalformedEvent extends Error {
  override readonly name = 'MalformedEvent';
}

/** What the schema makes of the value; throws {@link MalformedEvent} when it does not fit. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw new MalformedEvent(`${what} does not fit its contract: ${faults.join('; ')}.`);
}
