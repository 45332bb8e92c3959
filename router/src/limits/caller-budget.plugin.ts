import type { ApolloServerPlugin } from '@apollo/server';
import type { ServiceMetrics } from '@rentalbook/service-kit';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../gateway/request-context';
import { pointsOf, type CallerBudget } from './caller-budget';

/** Takes what an operation costs from its caller's budget before anything of it is planned or carried out. */
export const spendBudget = (budget: CallerBudget, metrics: ServiceMetrics): ApolloServerPlugin<RequestContext> => ({
  requestDidStart: () =>
    Promise.resolve({
      async didResolveOperation({ document, operation, request: { variables = {} }, contextValue }): Promise<void> {
        if (!operation) return;
        try {
          await budget.spend(contextValue.callerKey, pointsOf(operation, document, variables));
        } catch (error) {
          if (error instanceof GraphQLError) metrics.count('refusals', { kind: 'budget' });
          throw error;
        }
      },
    }),
});
