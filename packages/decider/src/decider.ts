/** What events of a decider have in common. */
export interface NamedEvent {
  readonly eventType: string;
}

/** Why a command was refused: data for the caller, not an exception. Its sentences are rendered where they are read. */
export interface CodedRefusal {
  readonly code: string;
  /** The facts that the sentence names. */
  readonly facts: object;
  /** The rule that the decision rests on. */
  readonly ruleCode: string;
}

/** The result of a command: the id of the entity it was about, or the refusal. */
export type Outcome<Refusal> = { readonly accepted: string } | { readonly refused: Refusal };

export interface Decision<Own, Refusal> {
  readonly events: readonly Own[];
  readonly outcome: Outcome<Refusal>;
}

/** The inputs of a decision besides state and command: the aggregate's key, the database's time, new ids and the policy in force. */
export interface DecisionContext<Policy> {
  readonly key: string;
  readonly now: Date;
  readonly newId: () => string;
  readonly policy: Policy;
}

/**
 * The rules of one service about one key, as pure functions over plain data.
 * A command is decided; an event of another service is first evolved into the state, then reacted to.
 */
export interface Decider<
  State,
  Command,
  Own extends NamedEvent,
  Handled extends NamedEvent,
  Policy,
  Refusal extends CodedRefusal,
  Source extends string = string,
> {
  readonly source: Source;
  /** The types of the events of other services that concern this one. */
  readonly handles: readonly Handled['eventType'][];
  readonly initial: State;
  decide(state: State, command: Command, context: DecisionContext<Policy>): Decision<Own, Refusal>;
  react(state: State, event: Handled, context: DecisionContext<Policy>): readonly Own[];
  evolve(state: State, event: Own | Handled): State;
  /** The earliest instant (ISO 8601) at which something expires by itself; null when nothing will. */
  nextDeadline(state: State): string | null;
  /** The events of what expired by now and of what follows. Every decision starts with them, whether or not a timer has run. */
  expire(state: State, context: DecisionContext<Policy>): readonly Own[];
}

/** Applies events to a state, in their order. */
export const foldWith =
  <State, Event>(evolve: (state: State, event: Event) => State) =>
  (state: State, events: readonly Event[]): State =>
    events.reduce<State>(evolve, state);

export function accept<Own extends NamedEvent>(id: string, ...events: readonly Own[]): Decision<Own, never> {
  return { events, outcome: { accepted: id } };
}

export function refuse<Code extends string, const Facts extends object, Rule extends string>(
  code: Code,
  facts: Facts,
  ruleCode: Rule,
): Decision<never, { readonly code: Code; readonly facts: Facts; readonly ruleCode: Rule }> {
  return { events: [], outcome: { refused: { code, facts, ruleCode } } };
}

/** For the default branch of a switch over a union: a missing case does not compile. */
export function exhausted(value: never): never {
  throw new TypeError(`no case for ${JSON.stringify(value)}`);
}
