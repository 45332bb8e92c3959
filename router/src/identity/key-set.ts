import { directRequest, errorCode, isLoopback, SettingsError, unavailable } from '@rentalbook/service-kit';
import {
  createLocalJWKSet,
  customFetch,
  type FetchImplementation,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { readFileSync } from 'node:fs';
import type { KeySource } from '../environment';

const FETCH_TIMEOUT_MS = 3_000;
type FetchOptions = Parameters<FetchImplementation>[1];

/** The public keys that tokens are checked with; throws SettingsError for a file that holds none. */
export function openKeySet(source: KeySource): JWTVerifyGetKey {
  return 'file' in source ? localKeySet(source.file) : remoteKeySet(source.url);
}

function localKeySet(file: string): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(JSON.parse(readFileSync(file, 'utf8')) as JSONWebKeySet);
  } catch (error) {
    const missing = errorCode(error) === 'ENOENT';
    const fault = missing ? 'does not exist' : 'is not a readable JSON Web Key Set';
    throw new SettingsError(`Setting JWT_JWKS_FILE: the file "${file}" ${fault}; name a file with {"keys": [ … ]}.`);
  }
}

/** Keys are fetched when first needed and again when a token names one that is not known, at most every 30 seconds. */
function remoteKeySet(url: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    // An issuer elsewhere may well be behind the proxy that the environment names.
    ...(isLoopback(url) && { [customFetch]: fetchDirectly }),
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isFaultOfToken(error)) throw error;
      throw unavailable('The keys that tokens are checked with cannot be reached right now; try again.');
    }
  };
}

async function fetchDirectly(url: string, { signal, headers }: FetchOptions): Promise<Response> {
  const { status, text } = await directRequest(url, { signal, headers: Object.fromEntries(headers) });
  return new Response(text, { status });
}

function isFaultOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
