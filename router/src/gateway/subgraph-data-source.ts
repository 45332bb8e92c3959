import type { GraphQLDataSource } from '@apollo/gateway';
import { explain, LANGUAGE_HEADER, type Language } from '@rentalbook/sentences';
import {
  CONSISTENCY_HEADER,
  CONSISTENCY_HEADER_LIMIT,
  IDENTITY_HEADER,
  type IdentitySigner,
  type ServiceMetrics,
} from '@rentalbook/service-kit';
import { currentTraceparent } from '@rentalbook/tracing';
import { OperationTypeNode, type GraphQLFormattedError } from 'graphql';
import type { SubgraphAnswerError } from '../resilience/subgraph-answer';
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
  ) {}

  async process(fetch: Fetch): Promise<FetchResult> {
    if (!('incomingRequestContext' in fetch))
      throw new Error('the supergraph is static: no subgraph is ever introspected');
    const { traceparent, clientGone } = fetch.context;
    const end = this.metrics.startTimer('subgraph_call_duration_seconds');
    try {
      const answer = await this.client.call(this.callFor(fetch));
      end({ target: this.name, outcome: 'answered' }, traceparent);
      return explained({ ...answer, errors: answer.errors.map(readable) }, operationOf(fetch));
    } catch (error) {
      if (!(error instanceof SubgraphUnavailable)) throw error;
      end({ target: this.name, outcome: clientGone.aborted ? 'abandoned' : 'unavailable' }, traceparent);
      return explained({ data: null, errors: [this.unavailable(error, fetch.context.language)] }, operationOf(fetch));
    }
  }

  private callFor({ request, context, incomingRequestContext: { operation } }: OperationFetch) {
    const { query, variables, operationName } = request;
    const body = JSON.stringify({ query, variables, operationName });
    const headers = (): Record<string, string> => ({
      'content-type': 'application/json',
      accept: 'application/json',
      [LANGUAGE_HEADER]: context.language,
      traceparent: currentTraceparent() ?? context.traceparent,
      [IDENTITY_HEADER]: this.signer.sign(context.caller, { audience: this.name, path: this.path, body }),
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
