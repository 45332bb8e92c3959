import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { RequestContext } from './request-context';
import type { WriteSampled } from './sampled-log';

const NAME_LENGTH = 64;

/** A line for an operation that was answered with errors; none for the others. Nothing personal is in it. */
export const logFailedOperations = (write: WriteSampled): ApolloServerPlugin<RequestContext> => ({
  requestDidStart() {
    const startedAt = performance.now();
    return Promise.resolve({
      willSendResponse({ response, errors, operationName, contextValue }): Promise<void> {
        const failed = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
        if (failed.length > 0) {
          const codes = unique(failed.map(({ extensions }) => String(extensions?.['code'])));
          const line = {
            operation: operationName?.slice(0, NAME_LENGTH),
            ms: Math.round(performance.now() - startedAt),
            traceparent: contextValue.traceparent,
            ...faultsOfSubgraphs(errors ?? []),
          };
          const level = levelOf(codes);
          // Unavailable means then that it was not requested any more.
          const isAbandoned = level === 'warn' && contextValue.clientGone.aborted;
          write(isAbandoned ? 'info' : level, codes, line, 'an operation failed');
        }
        return Promise.resolve();
      },
    });
  },
});

function levelOf(codes: readonly string[]): 'info' | 'warn' | 'error' {
  if (codes.includes('INTERNAL_SERVER_ERROR')) return 'error';
  return codes.includes('UNAVAILABLE') || codes.includes('OVERLOADED') ? 'warn' : 'info';
}

/** Which subgraphs reported errors, and the reasons that the router knows: never sent to a client. */
function faultsOfSubgraphs(errors: readonly GraphQLError[]): { subgraphs?: string[]; reasons?: string[] } {
  const named = (key: string): string[] =>
    unique(errors.map(({ extensions }) => extensions[key]).filter((value) => typeof value === 'string'));
  const [subgraphs, reasons] = [named('serviceName'), named('reason')];
  return { ...(subgraphs.length > 0 && { subgraphs }), ...(reasons.length > 0 && { reasons }) };
}

const unique = (values: readonly string[]): string[] => [...new Set(values)];
