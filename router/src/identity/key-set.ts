import type { Clock, Logger } from '@rentalbook/service-kit';
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';

export interface KeySetOptions {
  readonly logger: Logger;
  readonly clock: Clock;
}

const jsonWebKeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

/** Reads a JSON Web Key Set (RFC 7517); throws for a text that is none, or that has no key. */
export const parseKeySet = (text: string): JWTVerifyGetKey => createLocalJWKSet(jsonWebKeySet.parse(JSON.parse(text)));
