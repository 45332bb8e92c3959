import type { GraphQLDataSource } from '@apollo/gateway';
import { explain, LANGUAGE_HEADER, type Language } from '@rentalbook/sentences';
import {
  CONSISTENCY_HEADER,
  IDENTITY_HEADER,
  PARTS_HEADER,
  type IdentitySigner,
  type ServiceMetrics,
} from '@rentalbook/service-kit';
import { currentTraceparent } from '@rentalbook/tracing';
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import type { AnswerCache } from '../cache/answer-cache';
import type { SubgraphAnswer, SubgraphAnswerError } from '../resilience/subgraph-answer';
import type { SubgraphCall, SubgraphClient } from '../resilience/subgraph-client';
import { SubgraphUnavailable } from '../resilience/subgraph-faults';
import type { IsPublicFetch } from '../sharing/public-fetches';
import type { SendFetch, SharedFetches } from '../sharing/shared-fetches';
import { explained } from './explained-answer';
import type { FetchedOperation } from './fetch-positions';
import type { RequestContext } from './request-context';

type Fetch = Parameters<GraphQLDataSource<RequestContext>['process']>[0];
type FetchResult = Awaited<ReturnType<GraphQLDataSource['process']>>;
type OperationFetch = Extract<Fetch, { incomingRequestContext: unknown }>;

/** Codes whose messages pass from a subgraph to the client; any other error is a fault between router and subgraph. */
const codesOfSubgraphs = ['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'UNAVAILABLE', 'OVERLOADED'];

interface SubgraphDataSourceOptions {
  /** Also the service that its identities are signed for. */
  readonly name: string;
  /** Where the subgraph answers GraphQL, below its address. */
  readonly path: string;
  readonly client: SubgraphClient;
  readonly signer: IdentitySigner;
  readonly metrics: ServiceMetrics;
  readonly shared: SharedFetches<RequestContext>;
  readonly isPublic: IsPublicFetch;
  readonly cache?: AnswerCache | undefined;
}

/**
 * Fetches one subgraph's part of an operation. Exactly these things reach the subgraph: the fetch, the caller (signed
 * together with the body), the language, the trace and the consistency token; nothing else that a client sends does.
 */
export class SubgraphDataSource implements GraphQLDataSource<RequestContext> {
  constructor(private readonly options: SubgraphDataSourceOptions) {}

  async process(fetch: Fetch): Promise<FetchResult> {
    if (!('incomingRequestContext' in fetch))
      throw new Error('the supergraph is static: no subgraph is ever introspected');
    try {
      const answer = await this.answerTo(fetch);
      return explained({ data: answer.data, errors: answer.errors.map(readable) }, operationOf(fetch));
    } catch (error) {
      if (!(error instanceof SubgraphUnavailable)) throw error;
      return explained({ data: null, errors: [this.unavailable(error, fetch.context.language)] }, operationOf(fetch));
    }
  }

  private async answerTo(fetch: OperationFetch): Promise<SubgraphAnswer> {
    const { request, context } = fetch;
    const { name, cache } = this.options;
    const { caller, cache: own } = context;
    const variables = request.variables ?? {};
    const isMutation = isOfMutation(fetch);
    if (!cache || !own) return this.call(fetch, variables);
    if (isMutation || !own.positions) {
      own.used.addUnknown();
      const answer = await this.call(fetch, variables);
      if (isMutation) cache.changed(answer.extensions, caller);
      return answer;
    }
    return cache.fetches.fetch({
      ...{ subgraph: name, query: request.query ?? '', variables, caller },
      ...{ variant: own.variant, positions: own.positions, used: own.used },
      deadline: context.deadline,
      call: (needed) => this.call(fetch, needed),
    });
  }

  private call(fetch: OperationFetch, variables: Readonly<Record<string, unknown>>): Promise<SubgraphAnswer> {
    const { context, request, document } = fetch;
    const { query, operationName } = request;
    const body = JSON.stringify({ query, variables, operationName });
    const repeatable = !/^\s*mutation\b/.test(query ?? '');
    const send: SendFetch<RequestContext> = (requests, abandoned) =>
      this.send({ requests, abandoned, body, repeatable });
    // A mutation is carried out to its end: it may have taken effect in part already.
    if (isOfMutation(fetch)) return send([context], undefined);
    const { caller, language, consistencyToken = '' } = context;
    const isPublic = document !== undefined && this.options.isPublic(document);
    const key = `${JSON.stringify([isPublic ? 'anyone' : caller, language, consistencyToken])}${body}`;
    return this.options.shared.fetch(key, context, send);
  }

  private async send(sent: SentFetch): Promise<SubgraphAnswer> {
    const { name, client, metrics } = this.options;
    const [{ traceparent }, ...others] = sent.requests;
    const end = metrics.startTimer('subgraph_call_duration_seconds');
    if (others.length > 0) metrics.count('shared_fetches', { target: name }, others.length);
    try {
      const answer = await client.call(this.callFor(sent));
      end({ target: name, outcome: 'answered' }, traceparent);
      return answer;
    } catch (error) {
      if (error instanceof SubgraphUnavailable)
        end({ target: name, outcome: allGone(sent) ? 'abandoned' : 'unavailable' }, traceparent);
      throw error;
    }
  }

  private callFor({ requests, abandoned, body, repeatable }: SentFetch): SubgraphCall {
    const { name, path, signer, cache } = this.options;
    const [{ caller, language, traceparent, consistencyToken }] = requests;
    const headers = (): Record<string, string> => ({
      'content-type': 'application/json',
      accept: 'application/json',
      [LANGUAGE_HEADER]: language,
      traceparent: currentTraceparent() ?? traceparent,
      [IDENTITY_HEADER]: signer.sign(caller, { audience: name, path, body }),
      ...(cache && { [PARTS_HEADER]: 'on' }),
      ...(consistencyToken !== undefined && { [CONSISTENCY_HEADER]: consistencyToken }),
    });
    return {
      callers: [...new Set(requests.map(({ callerKey }) => callerKey))],
      deadline: Math.max(...requests.map(({ deadline }) => deadline)),
      ...{ body, headers, repeatable, abandoned },
    };
  }

  private unavailable({ message, overloaded }: SubgraphUnavailable, language: Language): GraphQLFormattedError {
    const sentence = overloaded ? 'SUBGRAPH_OVERLOADED' : 'SUBGRAPH_UNAVAILABLE';
    return {
      message: explain(sentence, { subgraph: this.options.name })(language),
      extensions: { code: overloaded ? 'OVERLOADED' : 'UNAVAILABLE', reason: message },
    };
  }
}

/** One fetch for all requests that share it. */
interface SentFetch {
  readonly requests: readonly [RequestContext, ...RequestContext[]];
  readonly abandoned: AbortSignal | undefined;
  readonly body: string;
  /** Not for a mutation, which may have arrived. */
  readonly repeatable: boolean;
}

const allGone = ({ requests }: SentFetch): boolean => requests.every(({ clientGone }) => clientGone.aborted);

const isOfMutation = ({ incomingRequestContext: { operation } }: OperationFetch): boolean =>
  operation.operation === OperationTypeNode.MUTATION;

function operationOf({ document, request }: OperationFetch): FetchedOperation {
  if (!document) throw new Error('the query planner keeps the document of each fetch');
  return { document, variables: request.variables ?? {} };
}

function readable({ message, path, extensions }: SubgraphAnswerError): GraphQLFormattedError {
  const code = extensions?.code ?? 'INTERNAL_SERVER_ERROR';
  const where = path && { path };
  if (codesOfSubgraphs.includes(code)) return { message, ...where, extensions: { code } };
  const errorId = code === 'INTERNAL_SERVER_ERROR' ? extensions?.errorId : undefined;
  return {
    message,
    ...where,
    extensions: { code: 'INTERNAL_SERVER_ERROR', reason: code, ...(errorId !== undefined && { errorId }) },
  };
}
