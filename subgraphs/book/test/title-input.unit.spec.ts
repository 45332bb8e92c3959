import { parseEvent } from '@rentalbook/event-contracts';
import sample from '../../../packages/event-contracts/src/book/added.v1.sample.json';
import cancelledSample from '../../../packages/event-contracts/src/reserve/cancelled.v1.sample.json';
import subscribedSample from '../../../packages/event-contracts/src/reserve/subscribed.v1.sample.json';
import { requireText } from '@rentalbook/service-kit';
import { titleFrom } from '../src/resolvers/title-input';

/** The most UTF-16 units and bytes that each limit admits. */
const FAMILY = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}';
const HANGUL = '한'.normalize('NFD');
const longest = (character: string, most: number): string => character.repeat(most);
const parsed = (event: object): unknown => parseEvent(JSON.stringify(event));

describe('what a librarian or a reader may type', () => {
  it.each([FAMILY, HANGUL, `a${'\u0301'.repeat(15)}`])(
    'fits the events that carry it, at its longest: %s',
    (character) => {
      const { bookNm, authors, isbn } = titleFrom({
        title: longest(character, 300),
        authors: Array<string>(20).fill(longest(character, 200)),
        isbn: longest(character, 32),
        copies: 1,
      });
      const reason = requireText('reason', longest(character, 500), 500);
      const name = longest(character, 200);
      expect(parsed({ ...sample, data: { ...sample.data, bookNm, authors, isbn } })).toMatchObject({
        data: { bookNm },
      });
      expect(parsed({ ...subscribedSample, data: { ...subscribedSample.data, bookNm, userNm: name } })).toMatchObject({
        data: { userNm: name },
      });
      expect(parsed({ ...cancelledSample, data: { ...cancelledSample.data, reason } })).toMatchObject({
        data: { reason },
      });
    },
  );

  it('leaves out authors and an ISBN in which nothing was typed', () => {
    expect(titleFrom({ title: 'A', authors: [''], isbn: ' ', copies: 1 })).toEqual({
      bookNm: 'A',
      authors: [],
      isbn: null,
    });
  });
});
