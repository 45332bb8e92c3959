/** The languages that there are catalogues for; the first is the default. */
export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];
export const DEFAULT_LANGUAGE: Language = 'en';

/** Between our own services: the value that the router chose, or the default for anything else. */
export const knownLanguage = (value: string | undefined): Language =>
  languages.find((language) => language === value) ?? DEFAULT_LANGUAGE;

/** The header of a client's languages, and of the one language that the router chose for a request to a subgraph. */
export const LANGUAGE_HEADER = 'accept-language';
