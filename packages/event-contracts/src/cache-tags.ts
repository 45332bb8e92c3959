/** What a stored answer may depend on: a title, what belongs to a member, and the order and number of titles. */
export const bookTag = (bookId: string): string => `${BOOK_TAG}${bookId}`;
export const memberTag = (memberId: string): string => `member:${memberId}`;
export const CATALOGUE_TAG = 'catalogue';
export const BOOK_TAG = 'book:';

/** The tags of what an event of a source may have changed; its key is a title, and it may concern a member. */
export const tagsOfEvent = (source: string, key: string, memberId: string | undefined): readonly string[] => [
  bookTag(key),
  ...(memberId === undefined ? [] : [memberTag(memberId)]),
  ...(source === 'book' ? [CATALOGUE_TAG] : []),
];
