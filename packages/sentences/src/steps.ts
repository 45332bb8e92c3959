import type { Sentences } from './catalogue';
import { catalogues } from './catalogues';
import { english } from './en';
import type { StepEvent, StepFacts } from './facts/step-facts';
import type { Language } from './language';
import { reasonCodeOf, ruleCodeOf } from './stored-sentences';

/** A step of a history as it is stored: the English sentence is for replicas of the release before, which stored no facts. */
export interface StoredStep {
  readonly event: string;
  readonly statusText: string;
  readonly facts?: object | undefined;
}

/** What a projection stores of a step beside its event. */
export function stepOf<Event extends StepEvent>(
  event: Event,
  facts: StepFacts[Event],
): { readonly statusText: string; readonly facts: StepFacts[Event] } {
  return { statusText: said(english.steps, event, facts), facts };
}

/** The step of a rejection by an earlier release, whose rule has no code: the text stays as it was published. */
export const rejectionWithText = (rule: string): { readonly statusText: string } => ({
  statusText: `${english.statuses.REJECTED}: ${rule}`,
});

/** The facts of a stored step; of one without facts by its sentence, undefined where that has no code. */
export const factsOf = ({ event, statusText, facts }: StoredStep): object | undefined =>
  facts ?? (isStepEvent(event) ? factsOfSentence[event](statusText) : undefined);

/** The step in a language; one without a code stays as it was stored. */
export function stepTextIn(language: Language, step: StoredStep): string {
  const { event, statusText } = step;
  const facts = factsOf(step);
  if (facts === undefined || !isStepEvent(event)) return statusText;
  return said(catalogues[language].steps, event, facts as StepFacts[typeof event]);
}

const said = <Event extends StepEvent>(steps: Sentences<StepFacts>, event: Event, facts: StepFacts[Event]): string =>
  steps[event](facts);

const isStepEvent = (event: string): event is StepEvent => Object.hasOwn(english.steps, event);

const word = (text: string) => ({ word: text });
const none = () => ({});
const behindColon = (text: string): string => text.slice(text.indexOf(': ') + 2);

function againstRule(text: string): StepFacts['Refused'] | undefined {
  const ruleCode = ruleCodeOf({ rule: behindColon(text) });
  return ruleCode && { ruleCode };
}

/** How the release before wrote each step. */
const factsOfSentence: { readonly [Event in StepEvent]: (text: string) => StepFacts[Event] | undefined } = {
  Subscribed: word,
  Ready: none,
  Cancelled(text) {
    if (text === english.steps.Cancelled({})) return {};
    const reason = behindColon(text);
    const reasonCode = reasonCodeOf({ reason });
    return reasonCode ? { reasonCode } : { reason };
  },
  Expired: none,
  Checked: word,
  Refused: againstRule,
  Rejected: againstRule,
  Rentaled: word,
  Loaned(text) {
    const [dueOn] = /\d{4}-\d{2}-\d{2}$/.exec(text) ?? [];
    return dueOn === undefined ? undefined : { dueOn };
  },
  Returned: none,
  ReturnedBook: word,
};
