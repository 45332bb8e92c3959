import { ruleCodes, reasonCodes, type ReasonCode, type RefusalFacts, type RuleCode } from '@rentalbook/event-contracts';
import type { Sentences } from './catalogue';
import { english } from './en';

/**
 * The English sentences of decided data, for the fields of an event's version 1 that consumers of the release before require
 * beside its codes.
 */
export function storedSentences(data: object): { readonly rule?: string; readonly reason?: string } {
  const { ruleCode, reasonCode }: { readonly ruleCode?: RuleCode; readonly reasonCode?: ReasonCode } = data;
  return {
    ...(ruleCode !== undefined && { rule: english.rules[ruleCode] }),
    ...(reasonCode !== undefined && { reason: english.reasons[reasonCode] }),
  };
}

/** The English sentence of a refusal, for records that replicas of the release before read. */
export function storedMessage<Code extends keyof RefusalFacts>(code: Code, facts: RefusalFacts[Code]): string {
  const { refusals }: { refusals: Sentences<RefusalFacts> } = english;
  return refusals[code](facts);
}

const ruleOfSentence = new Map(ruleCodes.map((code) => [english.rules[code], code]));
/** Those that the service gives; NO_LONGER_NEEDED a member may write word for word. */
const reasonOfSentence = new Map<string, ReasonCode>(
  (['NO_COPY_LEFT', 'NOT_FETCHED_IN_TIME', 'CANCELLED_BY_THE_LIBRARY'] as const).map((code) => [
    english.reasons[code],
    code,
  ]),
);

/** The code of a rule; of one that the release before stored by its sentence. Undefined for a sentence of a still older one. */
export const ruleCodeOf = (stored: {
  readonly rule: string;
  readonly ruleCode?: string | undefined;
}): RuleCode | undefined => ruleCodes.find((code) => code === stored.ruleCode) ?? ruleOfSentence.get(stored.rule);

/** The same for a reason; undefined for one that a member wrote. */
export const reasonCodeOf = (stored: {
  readonly reason: string;
  readonly reasonCode?: string | undefined;
}): ReasonCode | undefined =>
  reasonCodes.find((code) => code === stored.reasonCode) ?? reasonOfSentence.get(stored.reason);
