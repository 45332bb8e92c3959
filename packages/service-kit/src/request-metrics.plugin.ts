import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import type { ServiceMetrics } from './metrics';

/**
 * Counts every request by its outcome: "ok", or the code of its first error. What is left of a request whose client is gone
 * was not carried out on purpose, and counts as "abandoned".
 */
export const countRequests = <Context extends BaseContext>(
  metrics: ServiceMetrics,
  isAbandoned: (context: Context) => boolean = () => false,
): ApolloServerPlugin<Context> => ({
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ response: { body }, contextValue }): Promise<void> {
        const [error] = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
        const outcome = error ? String(error.extensions?.['code']) : 'ok';
        const isUnfinished = outcome === 'UNAVAILABLE' && isAbandoned(contextValue);
        metrics.count('requests', { outcome: isUnfinished ? 'abandoned' : outcome });
        return Promise.resolve();
      },
    }),
});
