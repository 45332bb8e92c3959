import { HeaderMap, type ApolloServer } from '@apollo/server';
import fastifyCors from '@fastify/cors';
import { DEFAULT_LANGUAGE, type Language } from '@rentalbook/sentences';
import {
  CONSISTENCY_HEADER,
  readableTokens,
  traceparentOfRequest,
  type Caller,
  type Logger,
  type ServiceMetrics,
} from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { AnswerCache } from '../cache/answer-cache';
import { bearerToken } from '../identity/bearer-header';
import type { IdentityTokens } from '../identity/identity-token';
import type { Arrivals } from '../limits/arrivals';
import { callerKeyOf, unknownKeyOf } from '../limits/caller-key';
import { refuseLongDocument } from '../limits/document-limit';
import type { ChargeRefused, RequireShare } from '../limits/early-refusal';
import { closeSignalOf } from '../limits/client-gone';
import type { FairQueue } from '../limits/fair-queue';
import type { RequireRoom } from '../limits/held-bodies';
import { RefusedWithoutAnswer } from '../limits/refusal-pace';
import type { AdmitOperation } from '../limits/safelist';
import { corsOptions } from './cors';
import { publicErrors } from './public-errors';
import {
  refuseContentEncoding,
  refuseUnknownCharset,
  requireMediaType,
  searchOf,
  textOf,
  withoutEmptyOperationName,
} from './graphql-over-http';
import { answerLanguage } from './language';
import { answerRefusal, statusOfRefusal } from './refusals';
import type { RequestContext } from './request-context';
import type { WriteSampled } from './sampled-log';

export interface GraphqlRoutesOptions {
  readonly apollo: ApolloServer<RequestContext>;
  readonly admit: AdmitOperation;
  readonly queue: Pick<FairQueue, 'enter'>;
  readonly arrivals: Arrivals;
  readonly identityTokens: IdentityTokens;
  readonly requireShare: RequireShare;
  readonly chargeRefused: ChargeRefused;
  readonly requireRoom: RequireRoom;
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly writeSampled: WriteSampled;
  readonly clock: Clock;
  readonly cache?: AnswerCache | undefined;
  readonly operationTimeoutMs: number;
  readonly corsOrigins: readonly string[];
  readonly development: boolean;
}

const TOO_MANY = 429;
const SERVER_ERROR = 500;

declare module 'fastify' {
  interface FastifyRequest {
    /** Null for a request without a token; undefined until a token was verified. */
    caller: Caller | null | undefined;
    /** The language that the client prefers. */
    language: Language;
  }
}

/** Serves GraphQL over HTTP at /graphql. A token is checked before anything of the request's body is read. */
export async function mountGraphql(http: FastifyInstance, options: GraphqlRoutesOptions): Promise<void> {
  await http.register(async (scope) => {
    scope.decorateRequest('caller', undefined);
    scope.decorateRequest('language', DEFAULT_LANGUAGE);
    scope.removeContentTypeParser(['text/plain', 'application/json']);
    const parseJson = scope.getDefaultJsonParser('error', 'error');
    scope.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      try {
        void parseJson(request, textOf(body), done);
      } catch (error) {
        done(error as Error);
      }
    });
    scope.setErrorHandler(refuse(options));
    scope.addHook('onRequest', async ({ method, ip }) => {
      // Preflights are answered before anything of ours sees them.
      if (method !== 'OPTIONS') return;
      await options.requireShare(unknownKeyOf(ip));
      if (!(await options.chargeRefused(unknownKeyOf(ip)))) throw new RefusedWithoutAnswer();
    });
    await scope.register(fastifyCors, { delegator: corsOptions(options.corsOrigins, options.development) });
    scope.addHook('onRequest', async (request, reply) => {
      request.language = answerLanguage(request, reply);
      void reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
      await options.arrivals(request.headers.authorization ?? request.ip);
      const token = bearerToken(request.raw.rawHeaders);
      const admit = () => options.requireShare(unknownKeyOf(request.ip));
      request.caller = token === undefined ? null : await options.identityTokens.verify(token, admit);
      await options.requireShare(senderKeyOf(request));
    });
    scope.addHook('preParsing', async (request, reply, payload) => {
      refuseUnknownCharset(request.headers['content-type']);
      refuseContentEncoding(request.headers['content-encoding']);
      await options.requireRoom(senderKeyOf(request), request.headers, reply.raw);
      return payload;
    });
    // What is no preflight of an allowed origin.
    scope.options('/graphql', (_request, reply) => reply.status(204).header('allow', 'GET, POST, OPTIONS').send());
    scope.route({
      method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      handler: (request, reply) => answer(request, reply, options),
    });
  });
}

/** By what a request is counted: its caller, or its address as long as no token was verified. */
const senderKeyOf = ({ caller, ip }: FastifyRequest): string =>
  caller === undefined ? unknownKeyOf(ip) : callerKeyOf(caller, ip);

/** Answers what never became an operation, at a price; closes the connection of a caller who has too many such answers on their way. */
function refuse({ chargeRefused, writeSampled, logger }: GraphqlRoutesOptions) {
  const answerError = answerRefusal(writeSampled, publicErrors(logger));
  const isAnswered = async (error: FastifyError | GraphQLError, request: FastifyRequest): Promise<boolean> => {
    if (error instanceof RefusedWithoutAnswer) return false;
    const status = statusOfRefusal(error) ?? SERVER_ERROR;
    // Who has used up a share was charged already.
    return status >= SERVER_ERROR || status === TOO_MANY || chargeRefused(senderKeyOf(request));
  };
  return async (error: FastifyError | GraphQLError, request: FastifyRequest, reply: FastifyReply) => {
    if (await isAnswered(error, request)) return answerError(error, request, reply);
    request.raw.socket.destroy();
    return reply.hijack();
  };
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  options: GraphqlRoutesOptions,
): Promise<FastifyReply> {
  const mediaType = requireMediaType(request.headers.accept);
  refuseLongDocument(request.body);
  // Read before a place in the queue is taken: reading may refuse the request.
  const httpGraphQLRequest = options.admit({
    method: request.method,
    headers: headersOf(request),
    search: searchOf(request.url),
    body: withoutEmptyOperationName(request.body),
  });
  const clientGone = closeSignalOf(request.raw.socket);
  const asked = contextOf(request);
  const context: RequestContext = {
    ...asked,
    cache: options.cache?.forRequest(asked.consistencyToken, asked.language),
    answerTimer: options.metrics.startTimer('request_duration_seconds'),
    deadline: options.clock.now() + options.operationTimeoutMs,
    clientGone,
    came: { asOperation: false },
  };
  const leave = await options.queue.enter(context.callerKey, clientGone);
  const response = await options.apollo
    .executeHTTPGraphQLRequest({ httpGraphQLRequest, context: () => Promise.resolve(context) })
    .finally(leave);
  const isAnswered = context.came.asOperation || (await options.chargeRefused(context.callerKey));
  if (!isAnswered) throw new RefusedWithoutAnswer();
  if (response.body.kind !== 'complete') throw new Error('the router answers in one piece');
  for (const [name, value] of response.headers) void reply.header(name, value);
  const age = context.cache && options.cache?.ageOf(context.cache);
  if (age !== undefined) void reply.header('age', age);
  return reply
    .status(response.status ?? 200)
    .type(mediaType)
    .send(response.body.string);
}

function contextOf(
  request: FastifyRequest,
): Pick<RequestContext, 'caller' | 'callerKey' | 'language' | 'traceparent' | 'consistencyToken'> {
  const tokens = header(request, CONSISTENCY_HEADER);
  return {
    caller: request.caller ?? null,
    callerKey: callerKeyOf(request.caller ?? null, request.ip),
    language: request.language,
    traceparent: traceparentOfRequest(request),
    consistencyToken: tokens && readableTokens(tokens),
  };
}

function headersOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const name of Object.keys(request.headers)) headers.set(name, header(request, name) ?? '');
  return headers;
}

/** Node joins repeated headers into one value, except for set-cookie, which no request has. */
function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
