import type { NoFacts, ReasonCode, RuleCode } from '@rentalbook/event-contracts';

/** A status in the library's own words, as the event has it: it is the same in each language. */
interface StatusWord {
  readonly word: string;
}
interface AgainstRule {
  readonly ruleCode: RuleCode;
}

/** The steps in the history of a member's entry, by their event. */
export interface StepFacts {
  readonly Subscribed: StatusWord;
  readonly Ready: NoFacts;
  /** Without a reason where the member cancelled: they know it. `reason` is one without a code, as it was written. */
  readonly Cancelled: { readonly reasonCode?: ReasonCode; readonly reason?: string };
  readonly Expired: NoFacts;
  readonly Checked: StatusWord;
  readonly Refused: AgainstRule;
  readonly Rejected: AgainstRule;
  readonly Rentaled: StatusWord;
  /** The day as YYYY-MM-DD. */
  readonly Loaned: { readonly dueOn: string };
  readonly Returned: NoFacts;
  readonly ReturnedBook: StatusWord;
}
export type StepEvent = keyof StepFacts;
