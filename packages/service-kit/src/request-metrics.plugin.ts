import type { ApolloServerPlugin } from '@apollo/server';
import type { ServiceMetrics } from './metrics';

/** Counts every request by its outcome: "ok", or the code of its first error. */
export const countRequests = (metrics: ServiceMetrics): ApolloServerPlugin => ({
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse({ response: { body } }): Promise<void> {
        const [error] = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
        metrics.count('requests', { outcome: error ? String(error.extensions?.['code']) : 'ok' });
        return Promise.resolve();
      },
    }),
});
