import type { ApolloServerPlugin } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { operationRefused } from '../limits/operation-refused';
import type { RequestContext } from './request-context';

/** Maximum characters of an operation's name, which log lines contain. */
const NAME_LENGTH = 64;

/** Refuses requests that name no operation of their document, and operations that the graph does not offer. */
export const requireKnownOperation: ApolloServerPlugin<RequestContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ operation }): Promise<void> {
        if (!operation) throw operationRefused('OPERATION_RESOLUTION_FAILURE', 'OPERATION_NOT_NAMED', {});
        const length = operation.name?.value.length ?? 0;
        if (length > NAME_LENGTH)
          throw operationRefused('GRAPHQL_VALIDATION_FAILED', 'OPERATION_NAME_LENGTH', {
            count: length,
            most: NAME_LENGTH,
          });
        if (operation.operation === OperationTypeNode.SUBSCRIPTION)
          throw operationRefused('GRAPHQL_VALIDATION_FAILED', 'OPERATION_SUBSCRIPTION', {});
        return Promise.resolve();
      },
    }),
};
