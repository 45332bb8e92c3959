import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { RequestContext } from './request-context';

/** Refuses requests that name no operation of their document, and operations that the graph does not offer. */
export const requireKnownOperation: ApolloServerPlugin<RequestContext> = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ operation }): Promise<void> {
        if (!operation)
          throw refusal(
            'OPERATION_RESOLUTION_FAILURE',
            'The document has no such operation, or several of which "operationName" picks none; name one of them.',
          );
        if (operation.operation === OperationTypeNode.SUBSCRIPTION)
          throw refusal('GRAPHQL_VALIDATION_FAILED', 'The graph has no subscriptions; send a query or a mutation.');
        return Promise.resolve();
      },
    }),
};

const refusal = (code: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status: 400 } } });
