import Negotiator from 'negotiator';
import { isUtf8 } from 'node:buffer';
import { badRequest } from './bad-request';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Media types of an answer; the first one is preferred where the client has no preference. */
const MEDIA_TYPES = [JSON_TYPE, 'application/graphql-response+json; charset=utf-8'];

const CHARSET = /;\s*charset\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)/gi;

/**
 * The media type of the answer to a request with this Accept header; throws BAD_REQUEST with status 406 where it accepts
 * none. It has to be known before execution: a mutation must not take effect when its answer is refused.
 */
export function requireMediaType(accept: string | undefined): string {
  const type = negotiated(accept);
  if (type !== undefined) return type;
  throw badRequest('ACCEPT_UNKNOWN', { accept: (accept ?? '').slice(0, SHOWN) }, 406);
}

/** The media type of a refusal, which is JSON where the request accepts no type of an answer. */
export const mediaTypeOfRefusal = (accept: string | undefined): string => negotiated(accept) ?? JSON_TYPE;

/** Characters of an Accept header; to sort the entries of a longer one takes milliseconds. */
const ACCEPT_LIMIT = 1_000;

/** No header, or an empty one, accepts everything; one that is too long is not read, and accepts nothing. */
function negotiated(accept = ''): string | undefined {
  if (accept.trim() === '') return JSON_TYPE;
  return accept.length > ACCEPT_LIMIT ? undefined : new Negotiator({ headers: { accept } }).mediaType(MEDIA_TYPES);
}

/** Refuses a body in any charset but UTF-8, as JSON has to be; throws BAD_REQUEST with status 415. */
export function refuseUnknownCharset(contentType: string | undefined): void {
  for (const [, value = ''] of (contentType ?? '').matchAll(CHARSET)) {
    const charset = value.replaceAll('"', '').toLowerCase();
    if (charset !== 'utf-8' && charset !== 'utf8')
      throw badRequest('CHARSET_UNKNOWN', { charset: charset.slice(0, SHOWN) }, 415);
  }
}

/** Refuses a body in any coding, which would be read as if it had none; throws BAD_REQUEST with status 415. */
export function refuseContentEncoding(contentEncoding: string | undefined): void {
  const coding = (contentEncoding ?? '').trim().toLowerCase();
  if (coding !== '' && coding !== 'identity')
    throw badRequest('CONTENT_ENCODING_UNKNOWN', { coding: coding.slice(0, SHOWN) }, 415);
}

/** The text of a body; throws BAD_REQUEST for bytes that are no UTF-8, which would be read as other text than the client meant. */
export function textOf(body: Buffer): string {
  if (!isUtf8(body)) throw badRequest('BODY_ENCODING', {}, 400);
  return body.toString('utf8');
}

/**
 * Everything behind the first question mark of a request's URL; throws BAD_REQUEST for a percent sign that encodes no
 * UTF-8 text, which would otherwise be read as other text than the client meant.
 */
export function searchOf(url: string): string {
  const start = url.indexOf('?');
  const search = start < 0 ? '' : url.slice(start + 1);
  for (const part of search.split(/[&=]/)) {
    try {
      decodeURIComponent(part);
    } catch {
      throw badRequest('QUERY_STRING_ENCODING', { part: part.slice(0, SHOWN) }, 400);
    }
  }
  return withoutAbsent(search);
}

/** A body in which an empty operation name is none, as clients send it that always send the field. */
export function withoutEmptyOperationName(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  if (!('operationName' in body) || body.operationName !== '') return body;
  const { operationName: _empty, ...rest } = body;
  return rest;
}

/** The same for a query string, where variables and extensions may also be null, as they may in a body. */
function withoutAbsent(search: string): string {
  const parameters = new URLSearchParams(search);
  const absent = Object.entries(ABSENT).filter(([name, texts]) => {
    const [given, ...others] = parameters.getAll(name);
    return given !== undefined && others.length === 0 && texts.includes(given);
  });
  if (absent.length === 0) return search;
  for (const [name] of absent) parameters.delete(name);
  return parameters.toString();
}

/** The texts of parameters that say no more than their absence. */
const ABSENT: Readonly<Record<string, readonly string[]>> = {
  operationName: [''],
  variables: ['', 'null'],
  extensions: ['', 'null'],
};

const SHOWN = 40;
