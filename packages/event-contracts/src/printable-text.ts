/**
 * What a terminal, a log viewer or a page obeys instead of printing: control characters, line and paragraph separators,
 * bidirectional controls, and halves of a surrogate pair, which no encoding can carry.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const EVERY_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu');
/** Two symbols without a shape, a Braille pattern and a note head, are blank too. */
const BLANK = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]*$/u;

export const hasUnprintable = (text: string): boolean => UNPRINTABLE.test(text);

/** Whether nothing of the text is visible: spaces, and characters without a width. */
export const isBlank = (text: string): boolean => BLANK.test(text);

/** The text with each unprintable character as `\uXXXX`, which is also what JSON writes for it. */
export const escapeUnprintable = (text: string): string =>
  text.replace(EVERY_UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The text on one line, without its unprintable characters. */
export const withoutUnprintable = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(EVERY_UNPRINTABLE, '')
    .trim();

/** Everything before the last @ of an address may be a user and a password, also where the address is malformed. */
const CREDENTIALS = /^([a-z0-9+.-]*:\/\/)?[^\n]*@/i;
const PASSWORD = /^([a-z0-9+.-]*:\/\/[^:@/]*):[^@/]*@/i;

/** An address such as `mongodb://user:password@host` as it may be printed: without user and password. */
export const withoutCredentials = (address: string): string => address.replace(CREDENTIALS, '$1');

/** A well-formed address with its user, and without the password: programs that need it have it from a setting. */
export const withoutPassword = (address: string): string => address.replace(PASSWORD, '$1@');
