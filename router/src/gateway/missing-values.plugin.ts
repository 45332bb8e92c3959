import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { FormatError } from './public-errors';
import type { RequestContext } from './request-context';

/**
 * When a subgraph leaves out a value that may not be null, the gateway nulls the fields around it and tells why in an
 * extension, not in `errors`. Here it becomes an error, so that nobody takes a hole in an answer for the truth.
 */
export const reportMissingValues = (format: FormatError): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ response }): Promise<void> {
        if (response.body.kind !== 'single') return Promise.resolve();
        const { singleResult } = response.body;
        const completion: unknown = singleResult.extensions?.['valueCompletion'];
        const missing: unknown = Array.isArray(completion) ? completion[0] : undefined;
        delete singleResult.extensions;
        if (missing instanceof GraphQLError && !singleResult.errors) {
          const error = new GraphQLError(missing.message, { ...(missing.path && { path: missing.path }) });
          singleResult.errors = [format(error.toJSON(), error)];
        }
        return Promise.resolve();
      },
    }),
});
