import { createManualClock, type ManualClock } from '@rentalbook/test-kit/manual-clock';
import { GraphQLError } from 'graphql';
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose';
import pino from 'pino';
import { openKeys } from '../src/identity/open-keys';
import { createIdentityTokens, type IdentityTokens } from '../src/identity/identity-token';
import type { KeySource } from '../src/environment';
import { inSeconds } from './support/tokens';

export interface Key {
  readonly jwk: JWK;
  readonly token: (claims?: JWTPayload) => Promise<string>;
}

export async function newKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA');
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' },
    token: (claims) =>
      new SignJWT({ sub: 'alice', iss: 'rentalbook', aud: 'rentalbook', exp: inSeconds(3_600), ...claims })
        .setProtectedHeader({ alg: 'EdDSA', kid })
        .sign(privateKey),
  };
}

export let first: Key;
export let second: Key;
export let clock: ManualClock;
export let tokens: IdentityTokens;
export let secondsLeft: (() => number) | undefined;
export let log: { level: number; msg: string }[];

beforeAll(async () => {
  [first, second] = await Promise.all([newKey('first'), newKey('second')]);
});

export function open(source: KeySource): void {
  log = [];
  clock = createManualClock();
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line) as (typeof log)[0]) });
  const keys = openKeys(source, { logger, clock });
  secondsLeft = keys.secondsLeft;
  tokens = createIdentityTokens({
    keys: keys.keyOf,
    ...{ issuer: 'rentalbook', audience: 'rentalbook', algorithm: 'EdDSA', rolesClaim: 'roles', maxLifetimeSeconds: 0 },
  });
}

/** "accepted", or the code with which the token is refused. */
export const verdictOn = async (key: Key): Promise<unknown> => verdictOnToken(await key.token());

export const verdictOnToken = async (token: string): Promise<unknown> => {
  try {
    await tokens.verify(token);
    return 'accepted';
  } catch (error) {
    if (error instanceof GraphQLError) return error.extensions['code'];
    throw error;
  }
};

export const [ACCEPTED, REFUSED, OPEN] = ['accepted', 'UNAUTHENTICATED', 'UNAVAILABLE'];
