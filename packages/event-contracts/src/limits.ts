/** Characters of a text, as a publisher accepts it and an event can carry it. */
export const TITLE_LENGTH = 300;
export const REASON_LENGTH = 500;
