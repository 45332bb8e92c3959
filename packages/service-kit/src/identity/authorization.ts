import { forbidden, unauthenticated } from '../graphql/errors';
import type { Caller, Role } from './identity';

/** The caller, when signed in; throws UNAUTHENTICATED. */
export function requireCaller(caller: Caller | null): Caller {
  if (!caller) throw unauthenticated('SIGN_IN', {});
  return caller;
}

/** The caller, when in one of the roles; throws UNAUTHENTICATED or FORBIDDEN. */
export function requireRole(caller: Caller | null, ...roles: readonly Role[]): Caller {
  const known = requireCaller(caller);
  if (roles.some((role) => known.roles.includes(role))) return known;
  throw forbidden('ROLE_MISSING', { needs: roles, has: known.roles });
}
