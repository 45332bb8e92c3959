import type { RefusalCode, RefusalFacts, RefusedCode } from '@rentalbook/event-contracts';
import { rejectionCodes, type Sentences } from './catalogue';
import { catalogues } from './catalogues';
import type { Language } from './language';
import { reasonCodeOf, ruleCodeOf } from './stored-sentences';

/** A rule as events and views have it: an English sentence, and its code unless the release before wrote it. */
export interface StoredRule {
  readonly rule: string;
  readonly ruleCode?: string | undefined;
}

/** A refusal on record, with English sentences for the release before, whose own records have nothing else but the code. */
export interface StoredRefusal extends StoredRule {
  readonly code: RefusalCode;
  readonly message: string;
  readonly facts?: object | undefined;
}

/** A refusal as its reader gets it. */
export interface RenderedRefusal {
  readonly code: RefusalCode;
  readonly message: string;
  readonly rule: string;
}

/** The rule in a language; one whose code is unknown stays as it was stored. */
export function ruleIn(language: Language, stored: StoredRule): string {
  const code = ruleCodeOf(stored);
  return code === undefined ? stored.rule : catalogues[language].rules[code];
}

/** The reason in a language; one that a member wrote stays as it is. */
export function reasonIn(
  language: Language,
  stored: { readonly reason: string; readonly reasonCode?: string | undefined },
): string {
  const code = reasonCodeOf(stored);
  return code === undefined ? stored.reason : catalogues[language].reasons[code];
}

/** A recorded refusal in a language; the message of a record without facts stays as the release before wrote it. */
export function refusalIn(language: Language, stored: StoredRefusal): RenderedRefusal {
  const { code, facts, message } = stored;
  const { refusals } = catalogues[language];
  const rendered = facts !== undefined && isRefused(code, refusals) ? said(refusals, code, facts) : message;
  return { code, message: rendered, rule: ruleIn(language, stored) };
}

/** Why a rental may not begin. */
export function rejectionIn(
  language: Language,
  { code, ...stored }: StoredRule & { readonly code: RefusalCode },
): RenderedRefusal {
  const rule = ruleIn(language, stored);
  const known = rejectionCodes.find((one) => one === code);
  return { code, rule, message: known === undefined ? rule : catalogues[language].rejections[known] };
}

const isRefused = (code: RefusalCode, refusals: Sentences<RefusalFacts>): code is RefusedCode =>
  Object.hasOwn(refusals, code);

type Said = (facts: object) => string;

/** Facts are recorded beside their code by `refuse`, which types them. */
const said = (refusals: Sentences<RefusalFacts>, code: RefusedCode, facts: object): string =>
  (refusals[code] as Said)(facts);
