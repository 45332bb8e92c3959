import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';

/** Refuses a request of a caller who has used up their share: 429, with the seconds after which to try again. */
export function overloaded(reason: string, retryAfterSeconds: number): GraphQLError {
  const headers = new HeaderMap([['retry-after', String(retryAfterSeconds)]]);
  const unit = retryAfterSeconds === 1 ? 'second' : 'seconds';
  return new GraphQLError(`${reason}; try again in ${String(retryAfterSeconds)} ${unit}.`, {
    extensions: { code: 'OVERLOADED', http: { status: 429, headers } },
  });
}
