import { refused } from './identity-token';

/** Bytes; longer headers are refused before any cryptography. */
const HEADER_LIMIT = 8_192;
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;

/**
 * The token of the authorization header, or undefined when there is no such header. Throws UNAUTHENTICATED for anything
 * but one bearer token. Takes Node's raw headers, because the parsed ones hide a second authorization header.
 */
export function bearerToken(rawHeaders: readonly string[]): string | undefined {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization');
  const [value, ...others] = values;
  if (value === undefined) return undefined;
  if (others.length > 0) throw refused('Your request carries more than one authorization header');
  if (value.length > HEADER_LIMIT) throw refused('Your token is too long');
  const token = BEARER.exec(value.trim())?.[1];
  if (token === undefined) throw refused('Your authorization header holds no bearer token');
  return token;
}
