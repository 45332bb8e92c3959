import { storedMessage, storedSentences, type StoredRefusal } from '@rentalbook/sentences';
import type { Outcome } from '@rentalbook/decider';
import type { Refusal } from '@rentalbook/event-contracts';

/**
 * The recorded result of a command: the id of the entity it was about, or the refusal. A repeat is rendered in the language
 * of its own request.
 */
export type RecordedOutcome = { readonly accepted: string } | { readonly refused: StoredRefusal };

/** The outcome with the English sentences that replicas of the release before answer a repeat with. */
export function recordedOutcome(outcome: Outcome<Refusal>): RecordedOutcome {
  if ('accepted' in outcome) return outcome;
  const { refused } = outcome;
  const { rule = '' } = storedSentences(refused);
  return { refused: { ...refused, message: storedMessage(refused.code, refused.facts), rule } };
}
