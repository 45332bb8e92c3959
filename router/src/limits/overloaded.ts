import { HeaderMap } from '@apollo/server';
import { explain } from '@rentalbook/sentences';
import { ExplainedError } from '@rentalbook/service-kit';

/** Refuses a request of a caller who has used up their share: 429, with the seconds after which to try again. */
export function overloaded(reason: 'SHARE_USED_UP' | 'TOO_MANY_UNDER_WAY', seconds: number): ExplainedError {
  const headers = new HeaderMap([['retry-after', String(seconds)]]);
  return new ExplainedError(explain(reason, { seconds }), { code: 'OVERLOADED', http: { status: 429, headers } });
}
