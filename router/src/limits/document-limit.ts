import { GraphQLError } from 'graphql';
import { DOCUMENT_LIMIT } from './http-limits';

/** Throws for a request whose document is too long: before it is parsed, hashed or stored anywhere. */
export function refuseLongDocument(body: unknown): void {
  if (typeof body !== 'object' || body === null || !('query' in body) || typeof body.query !== 'string') return;
  const { length } = body.query;
  if (length <= DOCUMENT_LIMIT) return;
  const sentence = `The GraphQL document has ${inWords(length)} characters; send at most ${inWords(DOCUMENT_LIMIT)}, and values as variables.`;
  throw new GraphQLError(sentence, { extensions: { code: 'BAD_REQUEST', http: { status: 413 } } });
}

const inWords = (count: number): string => count.toLocaleString('en');
