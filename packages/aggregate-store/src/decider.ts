import type { BodyOf, EventOf, EventType, RefusalCode, Source } from '@rentalbook/event-contracts';

/** Why a command was refused: data for the caller, not an exception. */
export interface Refusal {
  readonly code: RefusalCode;
  /** A sentence for the member, with names and dates. */
  readonly message: string;
  /** The rule of the library that the decision rests on. */
  readonly rule: string;
}

/** The recorded result of a command: the id of the entity it was about, or the refusal. */
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
  evolve(state: State, event: BodyOf<Own> | EventOf<Handled>): State;
  /** The earliest instant (ISO 8601) at which something expires by itself; null when nothing will. */
  nextDeadline(state: State): string | null;
  /** The events of what expired by now and of what follows. Every decision starts with them, whether or not a timer has run. */
  expire(state: State, context: DecisionContext<Policy>): readonly BodyOf<Own>[];
}

export function accept<Own extends EventType>(id: string, ...events: readonly BodyOf<Own>[]): Decision<Own> {
  return { events, outcome: { accepted: id } };
}

export function refuse(code: RefusalCode, message: string, rule: string): Decision<never> {
  return { events: [], outcome: { refused: { code, message, rule } } };
}

/** A command exceeds a technical limit, which is no rule of the library. The message names the remedy. */
export class BeyondLimit extends Error {
  override readonly name = 'BeyondLimit';
}

/** For the default branch of a switch over a union: a missing case does not compile. */
export function exhausted(value: never): never {
  throw new TypeError(`no case for ${JSON.stringify(value)}`);
}
