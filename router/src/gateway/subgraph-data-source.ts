import type { GraphQLDataSource } from '@apollo/gateway';
import { explain, LANGUAGE_HEADER, type Language } from '@rentalbook/sentences';
import {
  CONSISTENCY_HEADER,
  CONSISTENCY_HEADER_LIMIT,
  IDENTITY_HEADER,
  PARTS_HEADER,
  type IdentitySigner,
  type ServiceMetrics,
} from '@rentalbook/service-kit';
import { currentTraceparent } from '@rentalbook/tracing';
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import type { AnswerCache } from '../cache/answer-cache';
import type { SubgraphAnswer, SubgraphAnswerError } from '../resilience/subgraph-answer';
import type { SubgraphClient } from '../resilience/subgraph-client';
import { SubgraphUnavailable } from '../resilience/subgraph-faults';
import { explained } from './explained-answer';
import type { FetchedOperation } from './fetch-positions';
import type { RequestContext } from './request-context';

type Fetch = Parameters<GraphQLDataSource<RequestContext>['process']>[0];
type FetchResult = Awaited<ReturnType<GraphQLDataSource['process']>>;
type OperationFetch = Extract<Fetch, { incomingRequestContext: unknown }>;

/** Codes whose messages pass from a subgraph to the client; any other error is a fault between router and subgraph. */
const codesOfSubgraphs = ['BAD_USER_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'UNAVAILABLE', 'OVERLOADED'];

/**
 * Fetches one subgraph's part of an operation. Exactly these things reach the subgraph: the fetch, the caller (signed
 * together with the body), the language, the trace and the consistency token; nothing else that a client sends does.
 */
export class SubgraphDataSource implements GraphQLDataSource<RequestContext> {
  constructor(
    /** Also the service that its identities are signed for. */
    private readonly name: string,
    /** Where the subgraph answers GraphQL, below its address. */
    private readonly path: string,
    private readonly client: SubgraphClient,
    private readonly signer: IdentitySigner,
    private readonly metrics: ServiceMetrics,
    private readonly cache?: AnswerCache,
  ) {}

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
    const { request, context, incomingRequestContext } = fetch;
    const { caller, cache: own } = context;
    const variables = request.variables ?? {};
    const isMutation = incomingRequestContext.operation.operation === OperationTypeNode.MUTATION;
    if (!this.cache || !own) return this.call(fetch, variables);
    if (isMutation || !own.positions) {
      own.used.addUnknown();
      const answer = await this.call(fetch, variables);
      if (isMutation) this.cache.changed(answer.extensions, caller);
      return answer;
    }
    return this.cache.fetches.fetch({
      ...{ subgraph: this.name, query: request.query ?? '', variables, caller },
      ...{ variant: own.variant, positions: own.positions, used: own.used },
      deadline: context.deadline,
      call: (needed) => this.call(fetch, needed),
    });
  }

  private async call(fetch: OperationFetch, variables: Readonly<Record<string, unknown>>): Promise<SubgraphAnswer> {
    const { traceparent, clientGone } = fetch.context;
    const end = this.metrics.startTimer('subgraph_call_duration_seconds');
    try {
      const answer = await this.client.call(this.callFor(fetch, variables));
      end({ target: this.name, outcome: 'answered' }, traceparent);
      return answer;
    } catch (error) {
      if (error instanceof SubgraphUnavailable)
        end({ target: this.name, outcome: clientGone.aborted ? 'abandoned' : 'unavailable' }, traceparent);
      throw error;
    }
  }

  private callFor(
    { request, context, incomingRequestContext: { operation } }: OperationFetch,
    variables: Readonly<Record<string, unknown>>,
  ) {
    const { query, operationName } = request;
    const body = JSON.stringify({ query, variables, operationName });
    const headers = (): Record<string, string> => ({
      'content-type': 'application/json',
      accept: 'application/json',
      [LANGUAGE_HEADER]: context.language,
      traceparent: currentTraceparent() ?? context.traceparent,
      [IDENTITY_HEADER]: this.signer.sign(context.caller, { audience: this.name, path: this.path, body }),
      ...(this.cache && { [PARTS_HEADER]: 'on' }),
      ...(context.consistencyToken !== undefined && { [CONSISTENCY_HEADER]: sendable(context.consistencyToken) }),
    });
    return {
      caller: context.callerKey,
      body,
      headers,
      deadline: context.deadline,
      repeatable: !/^\s*mutation\b/.test(query ?? ''),
      // A mutation is carried out to its end: it may have taken effect in part already.
      abandoned: operation.operation === OperationTypeNode.MUTATION ? undefined : context.clientGone,
    };
  }

  private unavailable({ message, overloaded }: SubgraphUnavailable, language: Language): GraphQLFormattedError {
    const sentence = overloaded ? 'SUBGRAPH_OVERLOADED' : 'SUBGRAPH_UNAVAILABLE';
    return {
      message: explain(sentence, { subgraph: this.name })(language),
      extensions: { code: overloaded ? 'OVERLOADED' : 'UNAVAILABLE', reason: message },
    };
  }
}

/** The characters of a header; no token has others. */
const sendable = (token: string): string => token.slice(0, CONSISTENCY_HEADER_LIMIT).replace(/[^\x20-\x7e]/g, '?');

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
