import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../gateway/request-context';
import { operationRefused } from './operation-refused';
import { aliasesOf, fragmentsOf } from './selections';

const ALIASES_AT_MOST = 5;

/** Refuses operations of anonymous callers with many aliases: each may need one more plan, and an address can be changed. */
export const limitAnonymousCallers: ApolloServerPlugin<RequestContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ document, operation, contextValue: { caller } }): Promise<void> {
        const aliases = operation && caller === null ? aliasesOf(operation.selectionSet, fragmentsOf(document)) : 0;
        if (aliases > ALIASES_AT_MOST)
          throw operationRefused('GRAPHQL_VALIDATION_FAILED', 'OPERATION_ALIASES_ANONYMOUS', {
            count: aliases,
            most: ALIASES_AT_MOST,
          });
        return Promise.resolve();
      },
    }),
};
