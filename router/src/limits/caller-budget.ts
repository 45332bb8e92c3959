import { OperationTypeNode, type DocumentNode, type GraphQLError, type OperationDefinitionNode } from 'graphql';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { entriesOf, fragmentsOf } from './list-limits.plugin';
import { overloaded } from './overloaded';
import { fieldsOf } from './selections';
import type { Variables } from './variables';

const WINDOW_SECONDS = 10;
const ENTRIES_PER_POINT = 20;
const POINTS_PER_MUTATION = 10;

export interface CallerBudget {
  /** Takes so many points from the caller's budget; throws OVERLOADED once it is spent. */
  spend(callerKey: string, points: number): Promise<void>;
  /** Takes them for what was refused already; those that are missing count, too. */
  charge(callerKey: string, points: number): Promise<void>;
  /** OVERLOADED when the budget is spent. */
  refusal(callerKey: string): Promise<GraphQLError | undefined>;
}

/** Points for each caller in ten seconds, counted in the memory of this replica. */
export function createCallerBudget(points: { readonly member: number; readonly address: number }): CallerBudget {
  const limiter = (share: number): RateLimiterMemory =>
    new RateLimiterMemory({ points: share, duration: WINDOW_SECONDS });
  const [members, addresses] = [limiter(points.member), limiter(points.address)];
  const limiterOf = (callerKey: string): RateLimiterMemory => (callerKey.startsWith('member:') ? members : addresses);
  /** Where the caller stands after this cost; `isBeyond` when it was more than was left. */
  const consume = async (callerKey: string, cost: number): Promise<{ isBeyond: boolean; state: RateLimiterRes }> => {
    try {
      return { isBeyond: false, state: await limiterOf(callerKey).consume(callerKey, cost) };
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return { isBeyond: true, state: refused };
    }
  };
  return {
    async spend(callerKey, cost) {
      const { isBeyond, state } = await consume(callerKey, cost);
      if (isBeyond) throw beyondShare(state);
    },
    async charge(callerKey, cost) {
      await consume(callerKey, cost);
    },
    async refusal(callerKey) {
      const state = await limiterOf(callerKey).get(callerKey);
      return state && state.remainingPoints <= 0 ? beyondShare(state) : undefined;
    },
  };
}

const beyondShare = ({ msBeforeNext }: RateLimiterRes): GraphQLError =>
  overloaded('You ask for more than your share', Math.max(1, Math.ceil(msBeforeNext / 1_000)));

/** One point for the operation, one for every twenty entries that its lists may hold, and ten for each mutation. */
export function pointsOf(operation: OperationDefinitionNode, document: DocumentNode, variables: Variables): number {
  const rootFields = [...fieldsOf(operation.selectionSet, fragmentsOf(document))].length;
  const mutations = operation.operation === OperationTypeNode.MUTATION ? rootFields : 0;
  return 1 + Math.ceil(entriesOf(operation, document, variables) / ENTRIES_PER_POINT) + mutations * POINTS_PER_MUTATION;
}
