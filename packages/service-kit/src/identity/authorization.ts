import { forbidden, unauthenticated } from '../graphql/errors';
import type { Caller, Role } from './identity';

/** The caller, when signed in; throws UNAUTHENTICATED. */
export function requireCaller(caller: Caller | null): Caller {
  if (!caller) throw unauthenticated('Sign in first: send a valid token as "authorization: Bearer …".');
  return caller;
}

/** The caller, when in one of the roles; throws UNAUTHENTICATED or FORBIDDEN. */
export function requireRole(caller: Caller | null, ...roles: readonly Role[]): Caller {
  const known = requireCaller(caller);
  if (roles.some((role) => known.roles.includes(role))) return known;
  const has = known.roles.length === 0 ? 'no role' : `the role ${known.roles.join(', ')}`;
  throw forbidden(`This is for a ${roles.join(' or a ')}; your token has ${has}.`);
}
