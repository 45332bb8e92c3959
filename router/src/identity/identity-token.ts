import { unauthenticated, type Caller, type ExplainedError } from '@rentalbook/service-kit';
import { GraphQLError } from 'graphql';
import { errors, jwtVerify } from 'jose';
import { callerOf } from './caller-claims';
import type { KeyOf } from './key-set';
import { createVerifiedTokens, type TokenTimes, type VerifiedToken, type VerifiedTokens } from './verified-tokens';

const CLOCK_TOLERANCE_SECONDS = 5;
/** Of access tokens (RFC 9068) and of issuers that distinguish none; a token for logging out, say, has another one. */
const TOKEN_TYPES = ['jwt', 'at+jwt'];

export interface IdentityTokenOptions {
  readonly keys: KeyOf;
  readonly issuer: string;
  readonly audience: string;
  /** The only algorithm that is accepted. */
  readonly algorithm: string;
  /** The claim that lists the roles; a name, or a path like realm_access.roles. */
  readonly rolesClaim: string;
  /** How long a token may be valid in all, in seconds; 0 for any time. */
  readonly maxLifetimeSeconds: number;
  /** Remembers tokens; one of its own by default. */
  readonly verified?: VerifiedTokens;
}

export interface IdentityTokens {
  /**
   * The caller of the token; throws UNAUTHENTICATED, or UNAVAILABLE when the keys cannot be fetched. `admit` is awaited before a token is verified that was
   * not accepted before, or whose time is over: anyone can send such.
   */
  verify(token: string, admit?: () => Promise<void>): Promise<Caller>;
}

/**
 * Checks the public tokens (JWT) with which people come to the router. The signature of a token is verified once for as long as its
 * key stays the same; its key is looked up and its times are checked each time.
 */
export function createIdentityTokens(options: IdentityTokenOptions): IdentityTokens {
  const { keys, issuer, audience, algorithm, rolesClaim, maxLifetimeSeconds } = options;
  const { verified = createVerifiedTokens() } = options;

  const verify = async (token: string): Promise<VerifiedToken> => {
    const { payload, protectedHeader, key } = await jwtVerify(token, (header) => keys(header), {
      algorithms: [algorithm],
      issuer,
      audience,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'sub'],
    }).catch(refuse);
    const why = wrongType(protectedHeader) ?? wrongTimes(payload, maxLifetimeSeconds);
    if (why !== undefined) throw why;
    const { alg, kid } = protectedHeader;
    const { exp, nbf, iat } = payload;
    return {
      caller: callerOf(payload, rolesClaim),
      header: { alg, ...(kid !== undefined && { kid }) },
      key,
      times: { exp, nbf, iat },
    };
  };
  /** Whether verifying the token again would come to the same. */
  const stillHolds = async ({ header, key, times }: VerifiedToken): Promise<boolean> =>
    isWithin(times) &&
    wrongTimes(times, maxLifetimeSeconds) === undefined &&
    (await keys(header).catch(refuse)) === key;

  return {
    async verify(token, admit) {
      const known = await verified.get(token);
      if (known && (await stillHolds(known))) return known.caller;
      if (!known || !isWithin(known.times)) await admit?.();
      const found = await verify(token);
      await verified.set(token, found);
      return found.caller;
    },
  };
}

const refuse = (error: unknown): never => {
  throw error instanceof GraphQLError ? error : fault(error);
};

/** The claims "exp" and "nbf", with the tolerance that a token is verified with. */
function isWithin({ exp = 0, nbf = 0 }: TokenTimes): boolean {
  const now = Math.floor(Date.now() / 1_000);
  return exp > now - CLOCK_TOLERANCE_SECONDS && nbf <= now + CLOCK_TOLERANCE_SECONDS;
}

function wrongType({ typ }: { readonly typ?: unknown }): ExplainedError | undefined {
  if (typ === undefined) return undefined;
  const type = typeof typ === 'string' ? typ.toLowerCase().replace('application/', '') : '';
  return TOKEN_TYPES.includes(type) ? undefined : unauthenticated('TOKEN_NOT_FOR_ACCESS', {});
}

/** A token without a time of issue may be valid for as long from now on. */
function wrongTimes({ iat, exp = 0 }: TokenTimes, maxLifetimeSeconds: number): ExplainedError | undefined {
  const now = Math.floor(Date.now() / 1_000);
  if (iat !== undefined && typeof iat !== 'number') return unauthenticated('TOKEN_CLAIM', { claim: 'iat' });
  if (iat !== undefined && iat > now + CLOCK_TOLERANCE_SECONDS) return unauthenticated('TOKEN_FROM_THE_FUTURE', {});
  if (maxLifetimeSeconds > 0 && exp - (iat ?? now) > maxLifetimeSeconds) return unauthenticated('TOKEN_LIFETIME', {});
  return undefined;
}

function fault(error: unknown): ExplainedError {
  if (error instanceof errors.JWTExpired) return unauthenticated('TOKEN_EXPIRED', {});
  if (!(error instanceof errors.JWTClaimValidationFailed)) return unauthenticated('TOKEN_INVALID', {});
  if (error.claim === 'nbf') return unauthenticated('TOKEN_TOO_EARLY', {});
  if (error.claim === 'aud') return unauthenticated('TOKEN_AUDIENCE', {});
  if (error.claim === 'iss') return unauthenticated('TOKEN_ISSUER', {});
  return unauthenticated('TOKEN_CLAIM', { claim: error.claim });
}
