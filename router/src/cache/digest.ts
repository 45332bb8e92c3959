import { createHash } from 'node:crypto';

/** SHA-256 of the JSON of a value, as part of a key of the cache. */
export const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url');
