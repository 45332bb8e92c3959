import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper';
import { explain, knownLanguage, LANGUAGE_HEADER, type Language } from '@rentalbook/sentences';
import { systemClock, timeLimit, type Clock } from '@rentalbook/timing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, parse, type GraphQLSchema } from 'graphql';
import { enforceRules } from './allow';
import { answerWithParts, collectParts, PARTS_HEADER, uncollectedParts, type AnswerParts } from './answer-parts';
import { createDocumentStore } from './bounded-cache';
import { CONSISTENCY_HEADER, type ConsistencyTokens } from '../consistency/consistency-token';
import { readOwnWrites, type HasConsumed } from '../consistency/read-own-writes';
import { ENGINE_UNAVAILABLE, errorFormatter, explanationOf, rememberRequests, type ErrorKinds } from './errors';
import { commandIdsOf, type CommandId } from './command-ids';
import {
  GRAPHQL_PATH,
  IDENTITY_HEADER,
  IdentityRefused,
  type Caller,
  type Identity,
  type IdentityVerifier,
} from '../identity/identity';
import type { Logger } from '../process/logger';
import type { ServiceMetrics } from '../telemetry/metrics';
import { DEADLINE_HEADER, requestDeadline, startMutationsInTime, type RequestDeadline } from '../http/request-deadline';
import { countRequests } from './request-metrics.plugin';
import { traceparentOfRequest } from '../telemetry/request-trace';

/** Bytes of heap for parsed documents. */
const DOCUMENTS_BYTES = 12 * 1_024 * 1_024;

/** The context of a request before any resolver runs. */
export interface RequestContext {
  readonly caller: Caller | null;
  /** The language of sentences for the caller. */
  readonly language: Language;
  readonly traceparent: string;
  /** False when the request's consistency token names a change that this replica had not consumed in time. */
  readonly upToDate: boolean;
  readonly deadline: RequestDeadline;
  /** Takes what the answer depends on. */
  readonly parts: AnswerParts;
  /** The next command of the request. */
  readonly nextCommand: () => CommandId;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined until an identity was verified for exactly this request. */
    identity: Identity | undefined;
  }
}

export interface SubgraphOptions<Context extends RequestContext> {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly verifier: IdentityVerifier;
  readonly errors: ErrorKinds;
  readonly tokens: ConsistencyTokens;
  readonly hasConsumed: HasConsumed;
  /** The consumer group by which the subgraph learns of the events of others; without it, answers are not described to caches. */
  readonly consumer?: () => string;
  /** The clock for the wait of a consistency token; by default the process's own. */
  readonly clock?: Clock;
  /** Called once per request: the place where per-request batching starts. */
  readonly context: (request: RequestContext) => Context | Promise<Context>;
}

/**
 * Builds a subgraph's schema, in which the rules of its SDL are enforced. Codegen types the resolvers; the library's own map
 * type is wider and has an index signature. Throws StartupError for a field without a rule.
 */
export function subgraphSchema(sdl: string, resolvers: object): GraphQLSchema {
  const typeDefs = parse(sdl);
  const guarded = startMutationsInTime(enforceRules(typeDefs, resolvers)) as GraphQLResolverMap<unknown>;
  return buildSubgraphSchema([{ typeDefs, resolvers: guarded }]);
}

/** Serves one federation subgraph at POST /graphql to those who carry an identity that the router signed. */
export async function mountSubgraph<Context extends RequestContext>(
  http: FastifyInstance,
  options: SubgraphOptions<Context>,
): Promise<void> {
  const apollo = new ApolloServer<Context>({
    schema: options.schema,
    // The router's plans quote a client's values, so that a client can make as many distinct documents as it likes.
    documentStore: createDocumentStore(DOCUMENTS_BYTES),
    persistedQueries: false,
    introspection: true,
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: errorFormatter(options.logger, options.errors),
    plugins: [
      // Otherwise a function is called for each field of an answer.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      countRequests(options.metrics),
      rememberRequests,
      ...(options.consumer ? [answerWithParts(options.consumer)] : []),
    ],
    logger: options.logger,
  });
  await apollo.start();
  http.addHook('onClose', () => apollo.stop());

  requireIdentity(http, options.verifier, options.logger, options.errors);
  const upToDate = readOwnWrites({ ...options, isUnavailable: options.errors.isUnavailable });
  const { clock = systemClock } = options;
  const execute = async (request: FastifyRequest, deadline: RequestDeadline): Promise<HTTPGraphQLResponse> => {
    const { identity } = request;
    if (!identity) throw new IdentityRefused('the identity was not verified');
    const seen = await upToDate(header(request, CONSISTENCY_HEADER));
    return apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: headersOf(request),
        search: '',
        body: request.body,
      },
      context: async () =>
        options.context({
          caller: identity.caller,
          nextCommand: commandIdsOf(identity),
          language: languageOf(request),
          traceparent: traceparentOfRequest(request),
          upToDate: seen,
          deadline,
          parts: request.headers[PARTS_HEADER] === undefined ? uncollectedParts : collectParts(),
        }),
    });
  };
  http.post(GRAPHQL_PATH, async (request, reply) => {
    const deadline = requestDeadline(header(request, DEADLINE_HEADER), clock);
    const response = await withinDeadline(execute(request, deadline), deadline, clock);
    if (response === undefined) return answer(reply, 200, 'UNAVAILABLE', explain('TOO_LATE', {})(languageOf(request)));
    for (const [name, value] of response.headers) void reply.header(name, value);
    if (response.body.kind !== 'complete') throw new Error('a subgraph answers in one piece');
    return reply.status(response.status ?? 200).send(response.body.string);
  });
}

/** The result of the work, or undefined when its time is over first; the work itself is not cancelled. */
async function withinDeadline<Result>(
  work: Promise<Result>,
  deadline: RequestDeadline,
  clock: Clock,
): Promise<Result | undefined> {
  const limit = timeLimit(clock, deadline.leftMs());
  const over = new Promise<undefined>((resolve) => {
    limit.signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    limit.clear();
  }
}

/**
 * Every request of this instance has to carry an identity that is signed for its path and JSON body; others get a 401, also by GET.
 * A route whose config says `withoutIdentity` serves any.
 */
export function requireIdentity(
  http: FastifyInstance,
  verifier: IdentityVerifier,
  logger: Logger,
  errors: Pick<ErrorKinds, 'isUnavailable'>,
): void {
  http.decorateRequest('identity', undefined);
  http.removeContentTypeParser('application/json');
  http.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done) => {
      try {
        const [path = ''] = request.url.split('?');
        request.identity = verifier.verify(header(request, IDENTITY_HEADER), { path, body });
        done(null, JSON.parse(body.toString('utf8')));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  http.addHook('preHandler', (request, _reply, done) => {
    const isServed = request.identity !== undefined || request.routeOptions.config.withoutIdentity === true;
    done(isServed ? undefined : new IdentityRefused('the request has no JSON body that an identity could fit'));
  });
  http.setErrorHandler((error, request, reply) => refuse(error, request, reply, { logger, ...errors }));
}

function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { logger, isUnavailable }: Pick<ErrorKinds, 'isUnavailable'> & { readonly logger: Logger },
): FastifyReply {
  if (error instanceof IdentityRefused) {
    logger.warn({ reason: error.message, from: request.ip }, 'refused a request without a valid identity');
    return answer(
      reply,
      401,
      'UNAUTHENTICATED',
      'Requests come through the router; this one carries no valid identity.',
    );
  }
  if (error instanceof GraphQLError) {
    const message = explanationOf(error)?.(languageOf(request)) ?? error.message;
    return answer(reply, 200, String(error.extensions['code']), message);
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
  if (status && status < 500) return answer(reply, status, 'BAD_REQUEST', 'The request could not be read.');
  if (error instanceof SyntaxError) return answer(reply, 400, 'BAD_REQUEST', 'The body is not JSON.');
  if (isUnavailable(error)) {
    logger.warn({ err: error }, ENGINE_UNAVAILABLE.logged);
    return answer(reply, 503, 'UNAVAILABLE', ENGINE_UNAVAILABLE.answered(languageOf(request)));
  }
  logger.error({ err: error }, 'a request failed');
  return answer(reply, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong here.');
}

const answer = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
  reply.status(status).send({ errors: [{ message, extensions: { code } }] });

function headersOf(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  return headers;
}

/** The router sends the one language that it chose. */
const languageOf = (request: FastifyRequest): Language => knownLanguage(header(request, LANGUAGE_HEADER));

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
