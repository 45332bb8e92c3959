import type { ApolloServerPlugin } from '@apollo/server';
import { BoundedCache, bytesOfText, type ServiceMetrics } from '@rentalbook/service-kit';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../gateway/request-context';
import { pointsOf, type CallerBudget } from './caller-budget';

/** What planning costs beside answering: a budget of 3,000 points is at most twenty new plans a second. */
const POINTS_PER_PLAN = 15;
/** Operations whose plan is taken to be cached: about as many as the plan cache holds. */
const PLANNED_BYTES = 1_024 * 1_024;

/** Takes what an operation costs from its caller's budget before anything of it is planned or carried out. */
export function spendBudget(budget: CallerBudget, metrics: ServiceMetrics): ApolloServerPlugin<RequestContext> {
  const planned = new BoundedCache({ maxBytes: PLANNED_BYTES, bytesOf: bytesOfText });
  return {
    requestDidStart: () =>
      Promise.resolve({
        async didResolveOperation({ document, operation, operationName, queryHash, request, contextValue }) {
          if (!operation) return;
          const plan = `${queryHash} ${operationName ?? ''}`;
          const isNew = (await planned.get(plan)) === undefined;
          const points = pointsOf(operation, document, request.variables ?? {}) + (isNew ? POINTS_PER_PLAN : 0);
          try {
            await budget.spend(contextValue.callerKey, points);
          } catch (error) {
            if (error instanceof GraphQLError) metrics.count('refusals', { kind: 'budget' });
            throw error;
          }
          if (isNew) await planned.set(plan, plan);
        },
      }),
  };
}
