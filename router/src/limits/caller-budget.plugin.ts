import type { ApolloServerPlugin } from '@apollo/server';
import { BoundedCache, bytesOfText, type ServiceMetrics } from '@rentalbook/service-kit';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../gateway/request-context';
import { pointsOf, type CallerBudget } from './caller-budget';

/** What planning, or refusing, costs beside answering: 3,000 points are at most twenty new plans or faults a second. */
const POINTS_PER_PLAN = 15;
/** Operations whose plan is taken to be cached: about as many as the plan cache holds. */
const PLANNED_BYTES = 1_024 * 1_024;

/** Takes what an operation costs from its caller's budget before anything of it is planned or carried out. */
export function spendBudget(budget: CallerBudget, metrics: ServiceMetrics): ApolloServerPlugin<RequestContext> {
  const planned = new BoundedCache({ maxBytes: PLANNED_BYTES, bytesOf: bytesOfText });
  return {
    requestDidStart: ({ contextValue: { callerKey } }) => {
      const chargeRefused = async (isRefused: boolean): Promise<void> => {
        if (isRefused) await budget.charge(callerKey, POINTS_PER_PLAN);
      };
      return Promise.resolve({
        // Only documents that are valid are kept: one that is refused is parsed and validated each time.
        parsingDidStart: () => Promise.resolve((error?: Error) => chargeRefused(error !== undefined)),
        validationDidStart: () =>
          Promise.resolve((errors?: readonly Error[]) => chargeRefused((errors ?? []).length > 0)),
        async didResolveOperation({ document, operation, operationName, queryHash, request }) {
          if (!operation) return;
          const plan = `${queryHash} ${operationName ?? ''}`;
          const isNew = (await planned.get(plan)) === undefined;
          const points = pointsOf(operation, document, request.variables ?? {}) + (isNew ? POINTS_PER_PLAN : 0);
          try {
            await budget.spend(callerKey, points);
          } catch (error) {
            if (error instanceof GraphQLError) metrics.count('refusals', { kind: 'budget' });
            throw error;
          }
          if (isNew) await planned.set(plan, plan);
        },
      });
    },
  };
}
