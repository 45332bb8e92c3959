import type { BodyOf, EventType } from '@rentalbook/event-contracts';
import type { Decider, DecisionContext } from '../decider';
import { newIdAt } from './envelope-events';

/** A decider with what its calls have in common: the policy in force, ids of the database's time, and folding events. */
export function decisionsOf<State, Command, Own extends EventType, Handled extends EventType, Policy>(
  decider: Decider<State, Command, Own, Handled, Policy>,
  policy: () => Policy,
) {
  return {
    decider,

    /** The context of a decision at `now`. */
    contextAt: (now: Date): DecisionContext<Policy> => ({ now, newId: () => newIdAt(now), policy: policy() }),

    evolveAll: (state: State, bodies: readonly BodyOf<Own>[]): State =>
      bodies.reduce((evolved, body) => decider.evolve(evolved, body), state),
  };
}

export type Decisions<State, Command, Own extends EventType, Handled extends EventType, Policy> = ReturnType<
  typeof decisionsOf<State, Command, Own, Handled, Policy>
>;
