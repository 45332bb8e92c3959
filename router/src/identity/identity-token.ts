import { unauthenticated, type Caller, type Role } from '@rentalbook/service-kit';
import { GraphQLError } from 'graphql';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';

const CLOCK_TOLERANCE_SECONDS = 5;
const MEMBER_ID = /^[A-Za-z0-9._@-]{1,64}$/;
const NAME_LENGTH = 200;

export interface IdentityTokenOptions {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  /** The only algorithm that is accepted. */
  readonly algorithm: string;
}

export interface IdentityTokens {
  /** Who the token speaks for; throws UNAUTHENTICATED, or UNAVAILABLE when the keys cannot be fetched. */
  verify(token: string): Promise<Caller>;
}

/** Checks the public tokens (JWT) with which people come to the router. */
export function createIdentityTokens({ keys, issuer, audience, algorithm }: IdentityTokenOptions): IdentityTokens {
  return {
    async verify(token) {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [algorithm],
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      }).catch((error: unknown) => {
        throw error instanceof GraphQLError ? error : refused(fault(error));
      });
      return callerOf(payload);
    },
  };
}

/** The sentence never repeats the token, nor what its claims should have been. */
export const refused = (why: string): GraphQLError =>
  unauthenticated(`${why}; sign in again and send the new token as "authorization: Bearer <token>".`);

function fault(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'Your token has expired';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'Your token is not valid';
  if (error.claim === 'nbf') return 'Your token is not valid yet';
  if (error.claim === 'aud') return 'Your token was made for another audience';
  if (error.claim === 'iss') return 'Your token was made by another issuer';
  return `The claim "${error.claim}" of your token is missing or wrong`;
}

function callerOf({ sub, name = sub, roles }: JWTPayload): Caller {
  if (typeof sub !== 'string' || !MEMBER_ID.test(sub)) throw refused('The claim "sub" of your token names no member');
  if (typeof name !== 'string' || name.trim() === '' || name.length > NAME_LENGTH)
    throw refused('The claim "name" of your token is no name');
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string'))
    throw refused('The claim "roles" of your token is no list of roles');
  return { memberId: sub, name, roles: roles.filter(isRole) };
}

function isRole(role: string): role is Role {
  return role === 'member' || role === 'librarian';
}
