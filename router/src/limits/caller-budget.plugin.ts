import type { ApolloServerPlugin } from '@apollo/server';
import type { ServiceMetrics } from '@rentalbook/service-kit';
import { GraphQLError } from 'graphql';
import { planKeyOf, type PlanCache } from '../gateway/plan-cache';
import type { RequestContext } from '../gateway/request-context';
import { POINTS_PER_REFUSAL } from './refusal-pace';
import { pointsOf, type CallerBudget } from './caller-budget';

/** What planning, or refusing, costs beside answering: 3,000 points are at most twenty new plans or faults a second. */
const POINTS_PER_PLAN = 15;

/** Takes what an operation costs from its caller's budget before anything of it is planned or carried out. */
export function spendBudget(
  budget: Pick<CallerBudget, 'spend' | 'charge'>,
  plans: Pick<PlanCache, 'get'>,
  metrics: ServiceMetrics,
): ApolloServerPlugin<RequestContext> {
  /** Plans that a request under way has paid for: others that need the same plan meanwhile do not. */
  const paidFor = new Set<string>();
  return {
    requestDidStart: ({ contextValue: { callerKey, came } }) => {
      came.asOperation = true;
      const chargeRefused = async (isRefused: boolean): Promise<void> => {
        if (isRefused) await budget.charge(callerKey, POINTS_PER_PLAN);
      };
      let ownPlan: string | undefined;
      return Promise.resolve({
        // A persisted query that is not known has no source.
        async didEncounterErrors({ source }) {
          if (source === undefined) await budget.charge(callerKey, POINTS_PER_REFUSAL);
        },
        // Only documents that are valid are kept: one that is refused is parsed and validated each time.
        parsingDidStart: () => Promise.resolve((error?: Error) => chargeRefused(error !== undefined)),
        validationDidStart: () =>
          Promise.resolve((errors?: readonly Error[]) => chargeRefused((errors ?? []).length > 0)),
        async didResolveOperation({ document, operation, queryHash, request }) {
          if (!operation) return;
          const plan = planKeyOf(queryHash, request.operationName);
          if ((await plans.get(plan)) === undefined && !paidFor.has(plan)) {
            ownPlan = plan;
            paidFor.add(plan);
          }
          const points = pointsOf(operation, document, request.variables ?? {});
          try {
            await budget.spend(callerKey, ownPlan === undefined ? points : points + POINTS_PER_PLAN);
          } catch (error) {
            if (error instanceof GraphQLError) metrics.count('refusals', { kind: 'budget' });
            throw error;
          }
        },
        willSendResponse(): Promise<void> {
          if (ownPlan !== undefined) paidFor.delete(ownPlan);
          return Promise.resolve();
        },
      });
    },
  };
}
