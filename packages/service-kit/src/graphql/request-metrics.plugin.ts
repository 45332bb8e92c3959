import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import { annotate } from '@rentalbook/tracing';
import type { AnswerTimer, ServiceMetrics } from '../telemetry/metrics';

export interface CountedContext extends BaseContext {
  readonly traceparent: string;
  /** Started when the request arrived; without one the time from here on counts. */
  readonly answerTimer?: AnswerTimer;
}

/**
 * Counts every request by its outcome, "ok" or the code of its first error, and observes its duration. A
 * request whose client has disconnected is not completed, and counts as "abandoned". The span of the request names its operation.
 */
export const countRequests = <Context extends CountedContext>(
  metrics: ServiceMetrics,
  isAbandoned: (context: Context) => boolean = () => false,
): ApolloServerPlugin<Context> => ({
  requestDidStart({ contextValue: { answerTimer = metrics.startTimer('request_duration_seconds'), traceparent } }) {
    return Promise.resolve({
      didResolveOperation({ operation }): Promise<void> {
        if (operation) {
          const { operation: type, name } = operation;
          annotate(() => ({
            'graphql.operation.type': type,
            ...(name && { 'graphql.operation.name': name.value }),
          }));
        }
        return Promise.resolve();
      },
      willSendResponse({ response: { body }, contextValue, operation }): Promise<void> {
        const [error] = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
        const code = error ? String(error.extensions?.['code']) : 'ok';
        const outcome = code === 'UNAVAILABLE' && isAbandoned(contextValue) ? 'abandoned' : code;
        metrics.count('requests', { outcome });
        answerTimer({ operation: operation?.operation ?? 'none', outcome }, traceparent);
        return Promise.resolve();
      },
    });
  },
});
