import type { Clock } from '@rentalbook/timing';
import type { GraphQLError, GraphQLFieldResolver } from 'graphql';
import { unavailable } from '../graphql/errors';

/**
 * The header with the milliseconds that the router still waits for an answer. Only the router can: a request has
 * to carry an identity that it signed, and the router drops the header of a client.
 */
export const DEADLINE_HEADER = 'x-rentalbook-deadline-ms';

/** For requests without the header. */
const USUAL_MS = 10_000;
/** The most that a header may name: the router may be set to wait for a slow service. */
const LONGEST_MS = 60_000;
/** An answer leaves so much earlier than the router gives up, or half of its time where that is shorter. */
const ANSWER_EARLIER_MS = 150;

/** By when a request is answered. */
export interface RequestDeadline {
  /** Whole milliseconds until the answer has to be sent, as timers require; 0 once the time is over. */
  readonly leftMs: () => number;
}

export function requestDeadline(header: string | undefined, clock: Clock): RequestDeadline {
  const named = header !== undefined && /^\d{1,9}$/.test(header) ? Number(header) : USUAL_MS;
  const patienceMs = Math.min(named, LONGEST_MS);
  const until = clock.now() + Math.max(patienceMs - ANSWER_EARLIER_MS, patienceMs / 2);
  return { leftMs: () => Math.max(0, Math.floor(until - clock.now())) };
}

const tooLate = (): GraphQLError => unavailable('TOO_LATE', {});

type Resolver = GraphQLFieldResolver<unknown, { readonly deadline: RequestDeadline }>;

/** The same resolvers, except that no field of a mutation begins once the time of its request is over. */
export function startMutationsInTime(resolvers: object): object {
  if (!('Mutation' in resolvers)) return resolvers;
  const inTime = Object.entries(resolvers.Mutation as Record<string, Resolver>).map(
    ([field, resolve]): [string, Resolver] => [
      field,
      (root, args, context, info) => {
        if (context.deadline.leftMs() <= 0) throw tooLate();
        return resolve(root, args, context, info);
      },
    ],
  );
  return { ...resolvers, Mutation: Object.fromEntries(inTime) };
}
