import type { Caller } from '@rentalbook/service-kit';
import { GraphQLError } from 'graphql';
import { errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { callerOf } from './caller-claims';
import { refused } from './token-refused';

const CLOCK_TOLERANCE_SECONDS = 5;

export interface IdentityTokenOptions {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  /** The only algorithm that is accepted. */
  readonly algorithm: string;
  /** The claim that lists the roles; a name, or a path like realm_access.roles. */
  readonly rolesClaim: string;
}

export interface IdentityTokens {
  /** Who the token speaks for; throws UNAUTHENTICATED, or UNAVAILABLE when the keys cannot be fetched. */
  verify(token: string): Promise<Caller>;
}

/** Checks the public tokens (JWT) with which people come to the router. */
export function createIdentityTokens(options: IdentityTokenOptions): IdentityTokens {
  const { keys, issuer, audience, algorithm, rolesClaim } = options;
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
      return callerOf(payload, rolesClaim);
    },
  };
}

function fault(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'Your token has expired';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'Your token is not valid';
  if (error.claim === 'nbf') return 'Your token is not valid yet';
  if (error.claim === 'aud') return 'Your token was made for another audience';
  if (error.claim === 'iss') return 'Your token was made by another issuer';
  return `The claim "${error.claim}" of your token is missing or wrong`;
}
