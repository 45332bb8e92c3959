import type { Logger } from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import { createLocalJWKSet, type CryptoKey, type JWTHeaderParameters } from 'jose';
import { z } from 'zod';

/**
 * The key that a token with this header is verified with: the same object as long as its set was not read again. Rejects where
 * there is none.
 */
export type KeyOf = (header: Pick<JWTHeaderParameters, 'alg' | 'kid'>) => Promise<CryptoKey>;

export interface OpenKeys {
  readonly keyOf: KeyOf;
  /** For how many seconds they can still be used if their issuer does not answer; undefined where they are in a file, which has no end. */
  readonly secondsLeft?: () => number;
}

export interface KeySetOptions {
  readonly logger: Logger;
  readonly clock: Clock;
}

const jsonWebKeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** Reads a JSON Web Key Set (RFC 7517); throws for a text that is none, or that has no key. */
export const parseKeySet = (text: string): KeyOf => createLocalJWKSet(jsonWebKeySet.parse(JSON.parse(text)));
