import type { Catalogue, ErrorFacts } from './catalogue';
import { english } from './en';
import { korean } from './ko';
import type { Language } from './language';

/** The one list of catalogues; a language without one does not compile. */
export const catalogues: Readonly<Record<Language, Catalogue>> = { en: english, ko: korean };

/** A sentence, rendered in the language of its reader. */
export type Explanation = (language: Language) => string;

/** The sentence of an error. */
export const explain =
  <Code extends keyof ErrorFacts>(code: Code, facts: ErrorFacts[Code]): Explanation =>
  (language) =>
    catalogues[language].errors[code](facts);
