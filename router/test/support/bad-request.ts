import { createHash } from 'node:crypto';
import type { Answer, Asker } from './http-answers';

/** A request that no client should send, and the code and status with which it is refused. */
export interface BadRequest {
  readonly what: string;
  readonly ask: (router: Asker) => Promise<Answer>;
  readonly code: string;
  readonly status: number;
}

export const json = { 'content-type': 'application/json' };
export const books = '{ books { edges { node { id } } } }';
export const addBook = 'mutation { addBook(input: {title: "a"}) { consistencyToken } }';
export const addBookWith = 'mutation($input: AddBookInput!) { addBook(input: $input) { consistencyToken } }';
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const repeat = (times: number, part: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => part(index)).join(' ');
export const inner = (first: number | string): string => `reservations(first: ${first}) { edges { node { id } } }`;
export const entries = (outer: number | string, within: number | string): string =>
  `{ books(first: ${outer}) { edges { node { ${inner(within)} } } } }`;
export const doubling = repeat(9, (n) => `fragment F${n} on Book { ...F${n + 1} ...F${n + 1} }`);

export const post =
  (body: unknown, headers = {}) =>
  (router: Asker) =>
    router.post(body, headers);
export const raw =
  (init: RequestInit, path = '/graphql') =>
  (router: Asker) =>
    router.fetch(path, init);
export const query = (text: string, more = {}) => post({ query: text, ...more });

export type Case = readonly [what: string, ask: BadRequest['ask'], code: string, status?: number];

/** The extensions of a request that names its document by this hash. */
export function persisted(sha256Hash: string) {
  return { extensions: { persistedQuery: { version: 1, sha256Hash } } };
}

export function multipart(): FormData {
  const form = new FormData();
  form.set('operations', JSON.stringify({ query: books }));
  return form;
}

/** The body of a command whose title is "Café" in ISO-8859-1. */
export const latin1 = (): Buffer =>
  Buffer.from(JSON.stringify({ query: addBookWith, variables: { input: { title: 'Caf\u00e9' } } }), 'latin1');

export function utf16() {
  const body = Buffer.from(JSON.stringify({ query: books }), 'utf16le');
  return raw({ method: 'POST', headers: { 'content-type': 'application/json; charset=utf-16' }, body });
}
