import type { RentalbookEvent } from '@rentalbook/event-contracts';
import { foldWith, type DecisionContext } from '@rentalbook/decider';
import type { Loaded } from './document-change';
import type { EventBody, EventDecider } from './event-decider';
import { newIdAt } from './envelope-events';

/** A decider with what its calls have in common: the policy in force, ids of the database's time, and folding events. */
export function decisionsOf<State, Command, Own extends EventBody, Handled extends RentalbookEvent, Policy>(
  decider: EventDecider<State, Command, Own, Handled, Policy>,
  policy: () => Policy,
) {
  return {
    decider,

    /** The context of a decision from this document. */
    contextOf: ({ _id, now }: Pick<Loaded<State>, '_id' | 'now'>): DecisionContext<Policy> => ({
      ...{ key: _id, now, policy: policy() },
      newId: () => newIdAt(now),
    }),

    evolveAll: foldWith<State, Own>((state, body) => decider.evolve(state, body)),
  };
}

export type Decisions<State, Command, Own extends EventBody, Handled extends RentalbookEvent, Policy> = ReturnType<
  typeof decisionsOf<State, Command, Own, Handled, Policy>
>;
