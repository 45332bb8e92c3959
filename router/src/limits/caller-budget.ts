import type { Clock } from '@rentalbook/timing';
import { OperationTypeNode, type DocumentNode, type GraphQLError, type OperationDefinitionNode } from 'graphql';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { entriesOf } from './list-entries';
import { overloaded } from './overloaded';
import { createRecentPoints } from './recent-points';
import { fieldsOf, fragmentsOf } from './selections';
import type { Variables } from './variables';
import type { Priority } from './yielding';

const WINDOW_SECONDS = 10;
const ENTRIES_PER_POINT = 20;
const POINTS_PER_MUTATION = 10;
/** What an operation is taken to cost until it is known. */
const POINTS_AT_FIRST = 25;
/** The part of a budget that may be spent at once, and the part that may be spent in each second, with a normal priority. */
const NORMAL_PART = 1 / 60;
/** The part after which more makes no difference: a caller who ends it has a normal priority after twenty seconds. */
const REMEMBERED_PART = 1 / 3;

export interface CallerBudget {
  /** Takes so many points from the caller's budget; throws OVERLOADED once it is spent. */
  spend(callerKey: string, points: number): Promise<void>;
  /** Takes them for what was refused already; those that are missing count, too. */
  charge(callerKey: string, points: number): Promise<void>;
  /** OVERLOADED when the budget is spent. */
  refusal(callerKey: string): Promise<GraphQLError | undefined>;
  /** Low for a caller who spent far more than a person does lately, or has many operations under way or waiting. */
  priorityOf(callerKey: string, present: number): Priority;
}

/** Points for each caller in ten seconds, counted in the memory of this replica. */
export function createCallerBudget(
  points: { readonly member: number; readonly address: number },
  clock: Clock,
): CallerBudget {
  const share = (most: number) => {
    const normal = most * NORMAL_PART;
    const limiter = new RateLimiterMemory({ points: most, duration: WINDOW_SECONDS });
    return {
      limiter,
      normal,
      recent: createRecentPoints({ perSecond: normal, atMost: most * REMEMBERED_PART }, clock),
    };
  };
  const [members, addresses] = [share(points.member), share(points.address)];
  const shareOf = (callerKey: string) => (callerKey.startsWith('member:') ? members : addresses);
  /** Where the caller stands after this cost; `isBeyond` when it was more than was left. */
  const consume = async (callerKey: string, cost: number): Promise<{ isBeyond: boolean; state: RateLimiterRes }> => {
    const { limiter, recent } = shareOf(callerKey);
    recent.add(callerKey, cost);
    try {
      return { isBeyond: false, state: await limiter.consume(callerKey, cost) };
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
      const state = await shareOf(callerKey).limiter.get(callerKey);
      return state && state.remainingPoints <= 0 ? beyondShare(state) : undefined;
    },
    priorityOf(callerKey, present) {
      const { recent, normal } = shareOf(callerKey);
      return recent.of(callerKey) + present * POINTS_AT_FIRST > normal ? 'low' : 'normal';
    },
  };
}

const beyondShare = ({ msBeforeNext }: RateLimiterRes): GraphQLError =>
  overloaded('SHARE_USED_UP', Math.max(1, Math.ceil(msBeforeNext / 1_000)));

/** One point for the operation, one for every twenty entries that its lists may hold, and ten for each mutation. */
export function pointsOf(operation: OperationDefinitionNode, document: DocumentNode, variables: Variables): number {
  const rootFields = [...fieldsOf(operation.selectionSet, fragmentsOf(document))].length;
  const mutations = operation.operation === OperationTypeNode.MUTATION ? rootFields : 0;
  return 1 + Math.ceil(entriesOf(operation, document, variables) / ENTRIES_PER_POINT) + mutations * POINTS_PER_MUTATION;
}
