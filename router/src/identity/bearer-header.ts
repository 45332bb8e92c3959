import { unauthenticated } from '@rentalbook/service-kit';

/** Bytes; longer headers are refused before any cryptography. */
const HEADER_LIMIT = 8_192;
const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;
/** The header of a client with an empty token: nothing, spaces, or the scheme alone. */
const EMPTY = /^\s*(Bearer\s*)?$/i;

/**
 * The token of the authorization header, or undefined when there is none: no header, or an empty one. Throws
 * UNAUTHENTICATED for anything else but one bearer token. Takes Node's raw headers, because the parsed ones hide a second
 * authorization header.
 */
export function bearerToken(rawHeaders: readonly string[]): string | undefined {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization');
  const [value, ...others] = values.filter((one) => !EMPTY.test(one));
  if (value === undefined) return undefined;
  if (others.length > 0) throw unauthenticated('TOKEN_TWO_HEADERS', {});
  if (value.length > HEADER_LIMIT) throw unauthenticated('TOKEN_TOO_LONG', {});
  const token = BEARER.exec(value.trim())?.[1];
  if (token === undefined) throw unauthenticated('TOKEN_NO_BEARER', {});
  return token;
}
