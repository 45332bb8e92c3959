import type {
  BodyOf,
  EventOf,
  EventType,
  LimitFacts,
  RefusalFacts,
  RefusedCode,
  RuleCode,
  Source,
} from '@rentalbook/event-contracts';

/** Why a command was refused: data for the caller, not an exception. Its sentences are rendered where they are read. */
export type Refusal = {
  readonly [Code in RefusedCode]: {
    readonly code: Code;
    /** The facts that the sentence names. */
    readonly facts: RefusalFacts[Code];
    /** The rule of the library that the decision rests on. */
    readonly ruleCode: RuleCode;
  };
}[RefusedCode];

/** The result of a command: the id of the entity it was about, or the refusal. */
export type Outcome = { readonly accepted: string } | { readonly refused: Refusal };

export interface Decision<Own extends EventType> {
  readonly events: readonly BodyOf<Own>[];
  readonly outcome: Outcome;
}

/** The inputs of a decision besides state and command: the database's time, new ids and the policy in force. */
export interface DecisionContext<Policy> {
  readonly now: Date;
  readonly newId: () => string;
  readonly policy: Policy;
}

/**
 * The rules of one service about one key, as pure functions over plain data.
 * A command is decided; an event of another service is first evolved into the state, then reacted to.
 */
export interface Decider<State, Command, Own extends EventType, Handled extends EventType, Policy> {
  readonly source: Source;
  /** The events of other services that concern this one. */
  readonly handles: readonly Handled[];
  readonly initial: State;
  decide(state: State, command: Command, context: DecisionContext<Policy>): Decision<Own>;
  react(state: State, event: EventOf<Handled>, context: DecisionContext<Policy>): readonly BodyOf<Own>[];
  evolve(state: State, event: BodyOf<Own> | EventOf<Own> | EventOf<Handled>): State;
  /** The earliest instant (ISO 8601) at which something expires by itself; null when nothing will. */
  nextDeadline(state: State): string | null;
  /** The events of what expired by now and of what follows. Every decision starts with them, whether or not a timer has run. */
  expire(state: State, context: DecisionContext<Policy>): readonly BodyOf<Own>[];
}

export function accept<Own extends EventType>(id: string, ...events: readonly BodyOf<Own>[]): Decision<Own> {
  return { events, outcome: { accepted: id } };
}

export function refuse<Code extends RefusedCode>(
  code: Code,
  facts: RefusalFacts[Code],
  ruleCode: RuleCode,
): Decision<never> {
  // A code and its own facts are one of the union's members.
  return { events: [], outcome: { refused: { code, facts, ruleCode } as Refusal } };
}

/** A command exceeds a technical limit, which is no rule of the library. */
export class BeyondLimit<Code extends keyof LimitFacts = keyof LimitFacts> extends Error {
  override readonly name = 'BeyondLimit';

  constructor(
    readonly code: Code,
    readonly facts: LimitFacts[Code],
  ) {
    super(`A command is beyond the limit ${code}.`);
  }
}

/** For the default branch of a switch over a union: a missing case does not compile. */
export function exhausted(value: never): never {
  throw new TypeError(`no case for ${JSON.stringify(value)}`);
}
