import { badRequest } from '../gateway/bad-request';
import { DOCUMENT_LIMIT } from './http-limits';

/** Throws for a request whose document is too long: before it is parsed, hashed or stored anywhere. */
export function refuseLongDocument(body: unknown): void {
  if (typeof body !== 'object' || body === null || !('query' in body) || typeof body.query !== 'string') return;
  const { length } = body.query;
  if (length <= DOCUMENT_LIMIT) return;
  throw badRequest('DOCUMENT_LENGTH', { count: length, most: DOCUMENT_LIMIT }, 413);
}
