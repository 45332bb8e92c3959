import {
  foldWith,
  type CodedRefusal,
  type Decider,
  type Decision,
  type DecisionContext,
  type NamedEvent,
} from './decider';

interface EventWithData extends NamedEvent {
  readonly data: object;
}
type DataOf<Event extends EventWithData, Type> = Extract<Event, { readonly eventType: Type }>['data'];

export interface Given<Policy> {
  readonly key: string;
  readonly policy: Policy;
  readonly now: Date;
  /** New ids are this and a number from 1 on. */
  readonly ids: string;
}

/** A decider under test: its state, which commands, events and time change. */
export interface Scenario<State, Command, Own extends NamedEvent, Handled extends EventWithData, Refusal> {
  readonly state: State;
  readonly nextDeadline: string | null;
  /** The time of what follows. */
  setNow(now: Date): void;
  /** Decides a command, and applies its events. */
  when(command: Command): Decision<Own, Refusal>;
  /** Applies an event of another service, of which it names the data that matter, and what the decider makes of it. */
  whenConsumed<Type extends Handled['eventType']>(
    eventType: Type,
    data: Partial<DataOf<Handled, Type>>,
  ): readonly Own[];
  /** Applies the events of what expired by now. */
  whenExpired(): readonly Own[];
}

/** Drives a decider with fixed time and counted ids: the given; `when…` returns what the test then expects. */
export function given<
  State,
  Command,
  Own extends NamedEvent,
  Handled extends EventWithData,
  Policy,
  Refusal extends CodedRefusal,
>(
  decider: Decider<State, Command, Own, Handled, Policy, Refusal>,
  { key, policy, now: start, ids }: Given<Policy>,
): Scenario<State, Command, Own, Handled, Refusal> {
  let state = decider.initial;
  let now = start;
  let made = 0;
  let sequence = 0;
  const evolveAll = foldWith<State, Own>((before, event) => decider.evolve(before, event));
  const newId = (): string => `${ids}-${String((made += 1))}`;
  const context = (): DecisionContext<Policy> => ({ key, now, policy, newId });
  const applied = (events: readonly Own[]): readonly Own[] => {
    state = evolveAll(state, events);
    return events;
  };
  return {
    get state() {
      return state;
    },
    get nextDeadline() {
      return decider.nextDeadline(state);
    },
    setNow(next) {
      now = next;
    },
    when(command) {
      const decision = decider.decide(state, command, context());
      applied(decision.events);
      return decision;
    },
    whenConsumed(eventType, data) {
      // Decisions read the type, the data and the place in the stream; the rest of the envelope is of no account.
      const event = { eventType, data, sequence: (sequence += 1) } as unknown as Handled;
      state = decider.evolve(state, event);
      return applied(decider.react(state, event, context()));
    },
    whenExpired: () => applied(decider.expire(state, context())),
  };
}
