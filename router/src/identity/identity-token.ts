import type { Caller } from '@rentalbook/service-kit';
import { GraphQLError } from 'graphql';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { callerOf } from './caller-claims';
import { refused } from './token-refused';

const CLOCK_TOLERANCE_SECONDS = 5;
/** Of access tokens (RFC 9068) and of issuers that distinguish none; a token for logging out, say, has another one. */
const TOKEN_TYPES = ['jwt', 'at+jwt'];

export interface IdentityTokenOptions {
  readonly keys: JWTVerifyGetKey;
  readonly issuer: string;
  readonly audience: string;
  /** The only algorithm that is accepted. */
  readonly algorithm: string;
  /** The claim that lists the roles; a name, or a path like realm_access.roles. */
  readonly rolesClaim: string;
  /** How long a token may be valid in all, in seconds; 0 for any time. */
  readonly maxLifetimeSeconds: number;
}

export interface IdentityTokens {
  /** Who the token speaks for; throws UNAUTHENTICATED, or UNAVAILABLE when the keys cannot be fetched. */
  verify(token: string): Promise<Caller>;
}

/** Checks the public tokens (JWT) with which people come to the router. */
export function createIdentityTokens(options: IdentityTokenOptions): IdentityTokens {
  const { keys, issuer, audience, algorithm, rolesClaim, maxLifetimeSeconds } = options;
  return {
    async verify(token) {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        algorithms: [algorithm],
        issuer,
        audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['exp', 'sub'],
      }).catch((error: unknown) => {
        throw error instanceof GraphQLError ? error : refused(fault(error));
      });
      const why = wrongType(protectedHeader) ?? wrongTimes(payload, maxLifetimeSeconds);
      if (why !== undefined) throw refused(why);
      return callerOf(payload, rolesClaim);
    },
  };
}

function wrongType({ typ }: { readonly typ?: unknown }): string | undefined {
  if (typ === undefined) return undefined;
  const type = typeof typ === 'string' ? typ.toLowerCase().replace('application/', '') : '';
  return TOKEN_TYPES.includes(type) ? undefined : 'Your token is of a type that is not for access';
}

/** A token that says nothing of when it was issued may be valid for as long from now on. */
function wrongTimes({ iat, exp = 0 }: JWTPayload, maxLifetimeSeconds: number): string | undefined {
  const now = Math.floor(Date.now() / 1_000);
  if (iat !== undefined && typeof iat !== 'number') return 'The claim "iat" of your token is missing or wrong';
  if (iat !== undefined && iat > now + CLOCK_TOLERANCE_SECONDS) return 'Your token was issued in the future';
  if (maxLifetimeSeconds > 0 && exp - (iat ?? now) > maxLifetimeSeconds)
    return 'Your token is valid for longer than is accepted here';
  return undefined;
}

function fault(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'Your token has expired';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'Your token is not valid';
  if (error.claim === 'nbf') return 'Your token is not valid yet';
  if (error.claim === 'aud') return 'Your token was made for another audience';
  if (error.claim === 'iss') return 'Your token was made by another issuer';
  return `The claim "${error.claim}" of your token is missing or wrong`;
}
