import type { LimitFacts, NoFacts } from '@rentalbook/event-contracts';

interface Field {
  readonly field: string;
}

/** Arguments that a command or a query cannot use. */
export interface InputFacts extends LimitFacts {
  readonly TEXT_UNPRINTABLE: Field;
  readonly TEXT_NO_CHARACTER: Field;
  readonly TEXT_EMPTY: Field & { readonly most: number };
  readonly TEXT_BYTES: Field & { readonly bytes: number; readonly most: number };
  readonly TEXT_COMBINED: Field & { readonly codePoints: number; readonly most: number };
  readonly TEXT_LENGTH: Field & { readonly count: number; readonly most: number };
  readonly LIST_LENGTH: Field & { readonly count: number; readonly most: number };
  readonly COUNT_RANGE: Field & { readonly count: number; readonly least: number; readonly most: number };
  readonly ID_LENGTH: Field & { readonly count: number; readonly most: number };
  /** What was given, as JSON; undefined for nothing. */
  readonly ID_NO_TEXT: Field & { readonly given: string | undefined };
  readonly MEMBER_ID_EMPTY: Field;
  readonly MEMBER_ID_UNPRINTABLE: Field;
  readonly MEMBER_ID_LENGTH: Field & { readonly count: number; readonly most: number };
  readonly PAGE_TWO_SIZES: NoFacts;
  readonly PAGE_SIZE: Field & { readonly size: number; readonly most: number };
  readonly CURSOR_UNKNOWN: Field;
  readonly SEARCH_TOO_SHORT: { readonly search: string };
  readonly IDEMPOTENCY_KEY_REUSED: { readonly key: string };
  readonly IDEMPOTENCY_KEYS_USED_UP: { readonly perDay: number };
}

/** What is wrong with a text, whichever argument it is. */
export type TextFault = {
  [Code in Extract<keyof InputFacts, `TEXT_${string}`>]: {
    readonly code: Code;
    readonly facts: Omit<InputFacts[Code], 'field'>;
  };
}[Extract<keyof InputFacts, `TEXT_${string}`>];
