import { explain } from '@rentalbook/sentences';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { BODY_LIMIT } from '../limits/http-limits';
import { badRequest } from './bad-request';
import { answerLanguage } from './language';
import { mediaTypeOfRefusal } from './graphql-over-http';
import type { FormatError } from './public-errors';
import type { WriteSampled } from './sampled-log';

const statusOfCode: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, UNAVAILABLE: 503 };

/** Answers a request that never became an operation, as GraphQL would: with `errors`, and in one line in the log. */
export const answerRefusal =
  (write: WriteSampled, format: FormatError) =>
  (error: FastifyError | GraphQLError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const status = statusOfRefusal(error);
    const asGraphQL =
      status !== undefined && status < 500 && !(error instanceof GraphQLError) ? unreadable(status) : error;
    const shown = format(formattable(asGraphQL), asGraphQL, request.language);
    write('info', [String(shown.extensions?.['code'])], { status: status ?? 500 }, 'a request was refused');
    if (status === 429) void reply.headers(headersOf(error));
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    return reply
      .status(status ?? 500)
      .type(mediaTypeOfRefusal(request.headers.accept))
      .send({ errors: [shown] });
  };

/** The status of the answer to a request that ended with this error; undefined for a defect. */
export const statusOfRefusal = (error: FastifyError | GraphQLError): number | undefined =>
  error instanceof GraphQLError ? statusOf(error) : error.statusCode;

/** The status that the error itself names, as Apollo Server reads it, else that of its code. */
function statusOf({ extensions: { code, http } }: GraphQLError): number | undefined {
  const named = typeof http === 'object' && http !== null && 'status' in http ? http.status : undefined;
  return typeof named === 'number' ? named : statusOfCode[String(code)];
}

function headersOf(error: Error): Record<string, string> {
  const http = error instanceof GraphQLError ? error.extensions['http'] : undefined;
  const named = typeof http === 'object' && http !== null && 'headers' in http ? http.headers : undefined;
  return named instanceof Map ? (Object.fromEntries(named) as Record<string, string>) : {};
}

function unreadable(status: number): GraphQLError {
  if (status === 413) return badRequest('BODY_SIZE', { most: BODY_LIMIT }, status);
  return badRequest(status === 415 ? 'CONTENT_TYPE_UNKNOWN' : 'REQUEST_UNREADABLE', {}, status);
}

const formattable = (error: Error) => (error instanceof GraphQLError ? error.toJSON() : { message: error.message });

/** Answers an address where there is nothing. */
export function answerNothingHere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = explain('NOTHING_HERE', {})(answerLanguage(request, reply));
  return reply.status(404).send({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
}
