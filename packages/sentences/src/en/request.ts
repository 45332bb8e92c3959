import type { Sentences } from '../catalogue';
import type { RequestFacts } from '../facts/request-facts';

const grouped = (count: number): string => count.toLocaleString('en');

export const request: Sentences<RequestFacts> = {
  OPERATION_NOT_NAMED: () =>
    'The document has no such operation, or several of which "operationName" picks none; name one of them.',
  OPERATION_NAME_LENGTH: ({ count, most }) =>
    `The name of the operation has ${String(count)} characters; use at most ${String(most)}.`,
  OPERATION_SUBSCRIPTION: () => 'The graph has no subscriptions; send a query or a mutation.',
  OPERATION_DEPTH: ({ count, most }) =>
    `The operation is ${String(count)} levels deep; ask for at most ${String(most)}.`,
  OPERATION_INTROSPECTION_DEPTH: ({ count, most }) =>
    `The operation asks ${String(count)} levels deep about the schema; ask for at most ${String(most)}.`,
  OPERATION_ALIASES: ({ count, most }) => `The operation has ${String(count)} aliases; use at most ${String(most)}.`,
  OPERATION_ALIASES_ANONYMOUS: ({ count, most }) =>
    `The operation has ${String(count)} aliases; use at most ${String(most)}, or sign in.`,
  OPERATION_ROOT_FIELDS: ({ count, most }) =>
    `The operation has ${String(count)} fields at its root; ask for at most ${String(most)}.`,
  OPERATION_MUTATIONS: ({ count, most }) =>
    `The operation has ${String(count)} mutations; send at most ${String(most)}, and the rest in further requests.`,
  OPERATION_ENTRIES: ({ count, most }) =>
    `The operation could hold ${String(count)} entries of lists; ask for at most ${String(most)}.`,
  OPERATION_SEARCHES: ({ count, most }) =>
    `The operation has ${String(count)} searches; send at most ${String(most)} in one operation.`,
  OPERATION_VALUES: ({ count, most }) =>
    `The operation has a list of ${String(count)} values; send at most ${String(most)}.`,
  OPERATION_NOT_LISTED: () =>
    'The router answers listed operations only, and this request has none; send one of them, or have yours added to router/operations.',
  DOCUMENT_LENGTH: ({ count, most }) =>
    `The GraphQL document has ${grouped(count)} characters; send at most ${grouped(most)}, and values as variables.`,
  ACCEPT_UNKNOWN: ({ accept }) =>
    `The answer can be of the type "application/json" or "application/graphql-response+json", and the Accept header "${accept}" has neither; add one of them.`,
  CHARSET_UNKNOWN: ({ charset }) =>
    `The charset "${charset}" is not understood; send the request in UTF-8, with "application/json; charset=utf-8".`,
  CONTENT_ENCODING_UNKNOWN: ({ coding }) =>
    `The content encoding "${coding}" is not understood; send the body as it is, without the header Content-Encoding.`,
  BODY_ENCODING: () => 'The body has bytes that are not UTF-8; send the request in UTF-8.',
  QUERY_STRING_ENCODING: ({ part }) =>
    `The query string has a part that is not percent-encoded UTF-8, "${part}"; encode it, a percent sign as "%25".`,
  BODY_SIZE: ({ most }) => `The request is too large; send at most ${grouped(most)} bytes.`,
  CONTENT_TYPE_UNKNOWN: () => 'The request has a content type that is not understood; send application/json.',
  REQUEST_UNREADABLE: () => 'The request could not be read; send a JSON object with a "query".',
  HOST_UNKNOWN: ({ host, hosts }) =>
    `The host "${host}" is not served here; use ${hosts.join(', ')}, or add it to ALLOWED_HOSTS.`,
  NOTHING_HERE: () => 'There is nothing at this address; send GraphQL to /graphql.',
};
