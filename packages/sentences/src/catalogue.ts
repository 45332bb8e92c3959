import type { ReasonCode, RefusalFacts, RuleCode } from '@rentalbook/event-contracts';
import type { InputFacts } from './facts/input-facts';
import type { RequestFacts } from './facts/request-facts';
import type { ServiceFacts, TokenFacts } from './facts/service-facts';
import type { StepFacts } from './facts/step-facts';

/** One sentence for each code, from its facts. */
export type Sentences<Facts> = { readonly [Code in keyof Facts]: (facts: Facts[Code]) => string };

/** The refusals of requests to rent, which are read long after they were decided: they have no facts. */
export const rejectionCodes = [
  'BOOK_NOT_FOUND',
  'NOT_RESERVED',
  'NOT_YOUR_TURN',
  'REQUEST_TIMED_OUT',
  'NO_COPIES',
  'PICKUP_EXPIRED',
] as const;
export type RejectionCode = (typeof rejectionCodes)[number];

/** The statuses whose words are ours; the others keep the words that clients know, in each language. */
export type OwnStatus = 'NO_COPIES' | 'REJECTED' | 'CANCELLED' | 'EXPIRED';

export interface WarningFacts {
  readonly ISBN_CHECK_DIGIT: { readonly expected: string };
}

export interface ErrorFacts extends InputFacts, ServiceFacts, TokenFacts, RequestFacts {}

/** All sentences of a language. */
export interface Catalogue {
  readonly refusals: Sentences<RefusalFacts>;
  readonly rejections: Readonly<Record<RejectionCode, string>>;
  readonly rules: Readonly<Record<RuleCode, string>>;
  readonly reasons: Readonly<Record<ReasonCode, string>>;
  readonly steps: Sentences<StepFacts>;
  readonly statuses: Readonly<Record<OwnStatus, string>>;
  readonly warnings: Sentences<WarningFacts>;
  readonly errors: Sentences<ErrorFacts>;
}
