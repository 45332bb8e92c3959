import type { GatewayConfig } from '@apollo/gateway';
import { BoundedCache } from '@rentalbook/service-kit';
import { createHash } from 'node:crypto';

type GatewayPlanCache = NonNullable<NonNullable<GatewayConfig['queryPlannerConfig']>['cache']>;
type Plan = NonNullable<Awaited<ReturnType<GatewayPlanCache['get']>>>;
export type PlanCache = BoundedCache<Plan>;

const PLANS_BYTES = 20 * 1_024 * 1_024;
/** Measured: a plan takes about five times as much of the heap as its JSON has characters. */
const HEAP_PER_JSON = 5;

/** The plans of the gateway. The price of planning is read from it, so that both agree on which operations have a plan. */
export const createPlanCache = (maxBytes = PLANS_BYTES): PlanCache =>
  new BoundedCache<Plan>({ maxBytes, bytesOf: (plan) => JSON.stringify(plan).length * HEAP_PER_JSON });

/** The key under which the gateway stores the plan of a request. */
export const planKeyOf = (queryHash: string, operationName: string | undefined): string =>
  operationName === undefined || operationName === ''
    ? queryHash
    : createHash('sha256').update(queryHash).update(operationName).digest('hex');
