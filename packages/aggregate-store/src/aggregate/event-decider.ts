import type { Decider } from '@rentalbook/decider';
import type { BodyOf, EventType, RentalbookEvent, Refusal, Source } from '@rentalbook/event-contracts';

/** An event of the contracts, as a decision produces it: without its envelope. */
export type EventBody = BodyOf<EventType>;

/** A decider whose events and refusals are those of the contracts. */
export type EventDecider<State, Command, Own extends EventBody, Handled extends RentalbookEvent, Policy> = Decider<
  State,
  Command,
  Own,
  Handled,
  Policy,
  Refusal,
  Source
>;
