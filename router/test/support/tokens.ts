import { CompactSign, importJWK, type CompactJWSHeaderParameters, type CryptoKey, type JWK } from 'jose';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Claims of a token: also such as no honest issuer would make. One that is undefined is left out. */
export type Claims = Readonly<Record<string, unknown>>;

/** The keys that a router accepts tokens of. */
export interface TokenKeys {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly kid: string;
}

export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** A token that the router accepts, with claims and header changed. */
export function signToken(
  { privateKey, kid }: Pick<TokenKeys, 'privateKey' | 'kid'>,
  claims: Claims,
  header: Partial<CompactJWSHeaderParameters> = {},
): Promise<string> {
  const usual = { sub: 'alice', name: 'Alice', roles: ['member'], iss: 'rentalbook', aud: 'rentalbook' };
  const payload = Buffer.from(JSON.stringify({ ...usual, exp: inSeconds(60), ...claims }));
  return new CompactSign(payload).setProtectedHeader({ alg: 'EdDSA', kid, ...header }).sign(privateKey);
}

/** The keys that a system's own router accepts tokens of, which `npm start` keeps in its data folder. */
export async function developmentTokenKeys(dataDir: string): Promise<TokenKeys> {
  const jwk = JSON.parse(readFileSync(join(dataDir, 'keys/signing-key.json'), 'utf8')) as JWK;
  const { d: _secret, ...publicJwk } = jwk;
  const [privateKey, publicKey] = await Promise.all([importJWK(jwk, 'EdDSA'), importJWK(publicJwk, 'EdDSA')]);
  if (privateKey instanceof Uint8Array || publicKey instanceof Uint8Array) throw new Error('the keys are a key pair');
  return { privateKey, publicKey, kid: jwk.kid ?? '' };
}
