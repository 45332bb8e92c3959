import { BoundedCache, bytesOfText, type Caller } from '@rentalbook/service-kit';
import type { CryptoKey, JWTHeaderParameters } from 'jose';
import { createHash } from 'node:crypto';

/** Of a heap of 160 MiB: about five thousand members. */
const TOKENS_BYTES = 4 * 1_024 * 1_024;
/** The objects of one entry. */
const ENTRY_BYTES = 500;

/** The claims of a token that are about time, in seconds. */
export interface TokenTimes {
  readonly exp?: number | undefined;
  readonly nbf?: number | undefined;
  readonly iat?: number | undefined;
}

/** A token whose signature was verified, and the parts that are checked again each time. */
export interface VerifiedToken {
  readonly caller: Caller;
  /** The id of its key. */
  readonly header: Pick<JWTHeaderParameters, 'alg' | 'kid'>;
  /** The key that verified it. */
  readonly key: CryptoKey;
  readonly times: TokenTimes;
}

export interface VerifiedTokens {
  get(token: string): Promise<VerifiedToken | undefined>;
  set(token: string, verified: VerifiedToken): Promise<void>;
  /** Bytes of heap that the entries hold. */
  readonly bytes: number;
}

/** Bounded by bytes; a digest of the whole token is the key, so that no credentials are kept. */
export function createVerifiedTokens(maxBytes = TOKENS_BYTES): VerifiedTokens {
  const entries = new BoundedCache<VerifiedToken>({
    maxBytes,
    bytesOf: ({ caller: { memberId, name }, header: { alg, kid = '' } }) =>
      ENTRY_BYTES + bytesOfText(memberId) + bytesOfText(name) + bytesOfText(alg) + bytesOfText(kid),
  });
  return {
    get: (token) => entries.get(digestOf(token)),
    set: (token, verified) => entries.set(digestOf(token), verified),
    get bytes() {
      return entries.bytes;
    },
  };
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
