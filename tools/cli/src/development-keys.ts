import { ensureFolder } from '@rentalbook/embedded-storage/ensure-folder';
import { exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withDataFolder } from './data-folder';
import { ensureEnginePasswords } from './engine-users';
import { ensureServiceKeys, type KeyMode, type ServiceKeys } from './service-keys';

const ALGORITHM = 'EdDSA';
const ISSUER = 'rentalbook';
const AUDIENCE = 'rentalbook';

/** The keys of one data folder: made at first use, never sent anywhere, for development only. */
export interface DevelopmentKeys {
  /** The public half, as the router reads it. */
  readonly jwksFile: string;
  /** The keys and secrets of each service. */
  readonly services: ServiceKeys;
}

export interface TokenRequest {
  readonly memberId: string;
  readonly name?: string;
  readonly roles?: readonly string[];
  /** For how long, as jose reads it: "12h", "30m", "7d", also "-1h" for one that is over. */
  readonly expiresIn?: string;
}

/** Makes the keys of a data folder unless they exist; two processes that do so at once agree on one set. */
export async function ensureDevelopmentKeys(dataDir: string, mode: KeyMode = 'development'): Promise<DevelopmentKeys> {
  const { privateJwk } = await signingKey(dataDir);
  const { d: _secret, ...publicJwk } = privateJwk;
  const jwksFile = join(keysDir(dataDir), 'jwks.json');
  const create = (file: string, make: () => string): string => createOnce(dataDir, file, make);
  create(jwksFile, () => JSON.stringify({ keys: [publicJwk] }, undefined, 2));
  const services = ensureServiceKeys(join(keysDir(dataDir), mode), mode, create);
  ensureEnginePasswords(dataDir, create);
  return { jwksFile, services };
}

/** A token that the router of this data folder accepts. */
export async function issueDevelopmentToken(dataDir: string, request: TokenRequest): Promise<string> {
  const { privateJwk } = await signingKey(dataDir);
  const { memberId, name = memberId, roles = ['member'], expiresIn = '24h' } = request;
  // The expiry before the time of issue: each reads the clock, and a second more than the router accepts is refused.
  return new SignJWT({ name, roles: [...roles] })
    .setProtectedHeader({ alg: ALGORITHM, kid: privateJwk.kid ?? '', typ: 'JWT' })
    .setSubject(memberId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime(expiresIn)
    .setIssuedAt()
    .sign(await importJWK(privateJwk, ALGORITHM));
}

const keysDir = (dataDir: string): string => join(dataDir, 'keys');

async function signingKey(dataDir: string): Promise<{ privateJwk: JWK }> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const fresh: JWK = { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: ALGORITHM, use: 'sig' };
  const text = createOnce(dataDir, join(keysDir(dataDir), 'signing-key.json'), () =>
    JSON.stringify(fresh, undefined, 2),
  );
  return { privateJwk: JSON.parse(text) as JWK };
}

/** The file's text; created first when there is none. The file appears whole, and of two creators both read the first's. */
const createOnce = (dataDir: string, file: string, make: () => string): string =>
  withDataFolder(dataDir, () => readOrCreate(file, make));

function readOrCreate(file: string, make: () => string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  ensureFolder(dirname(file), { mode: 0o700 });
  const draft = `${file}.${String(process.pid)}.${randomUUID()}`;
  try {
    writeFileSync(draft, make(), { mode: 0o600 });
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8');
}
