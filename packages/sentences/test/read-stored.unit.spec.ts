import {
  factsOf,
  knownLanguage,
  reasonIn,
  refusalIn,
  rejectionIn,
  stepOf,
  stepTextIn,
  storedSentences,
  type Language,
} from '../src';

/** As the release before stored and published it: the sentence alone. */
const WAITING = 'A copy is rented only when it was set aside for the reader.';
const at = '2026-03-02T09:00:00.000Z';

describe('what the release before stored', () => {
  it.each([
    ['Subscribed', 'Process in Shipping', 'Process in Shipping'],
    ['Ready', 'Ready for pick-up', '책이 준비되었습니다'],
    ['Cancelled', 'Cancelled', '예약이 취소되었습니다'],
    [
      'Cancelled',
      'Cancelled: The library has no copy of this title any more.',
      '예약이 취소되었습니다: 도서관에 더 이상 이 책이 없습니다.',
    ],
    ['Cancelled', 'Cancelled: The title moved.', '예약이 취소되었습니다: The title moved.'],
    ['Expired', 'Expired', '수령 기한이 지났습니다'],
    ['Refused', `Rejected: ${WAITING}`, '대출이 거절되었습니다: 책은 회원님께 준비된 뒤에 대출합니다.'],
    ['Loaned', 'Due 2026-12-10', '반납 기한은 2026-12-10입니다'],
    ['Returned', 'Brought back', '책을 반납하셨습니다'],
    ['ReturnedBook', 'Return Complete', 'Return Complete'],
    ['Refused', 'Rejected: a rule of an earlier release', 'Rejected: a rule of an earlier release'],
    ['Renewed', 'Due 2026-12-24', 'Due 2026-12-24'],
  ])('of %s, "%s", is read in both languages', (event, statusText, korean) => {
    const step = { event, statusText, at };
    expect(stepTextIn('en', step)).toBe(statusText);
    expect(stepTextIn('ko', step)).toBe(korean);
  });

  it('means the same facts that a step has today', () => {
    const before = { event: 'Rejected', statusText: `Rejected: ${WAITING}`, at };
    expect(factsOf(before)).toEqual({ ruleCode: 'WAIT_FOR_YOUR_TURN' });
    expect(factsOf({ ...before, facts: { ruleCode: 'WAIT_FOR_YOUR_TURN' } })).toEqual(factsOf(before));
    const byCode = stepOf('Cancelled', { reasonCode: 'CANCELLED_BY_THE_LIBRARY' });
    const byText = stepOf('Cancelled', { reason: 'The copy is damaged' });
    for (const { statusText, facts } of [byCode, byText])
      expect(factsOf({ event: 'Cancelled', statusText })).toEqual(facts);
  });

  it('is the rule of a rejection, by its sentence', () => {
    expect(rejectionIn('ko', { code: 'NOT_YOUR_TURN', rule: WAITING })).toEqual({
      code: 'NOT_YOUR_TURN',
      message: '아직 회원님께 준비된 책이 없습니다. 예약은 그대로 유지됩니다.',
      rule: '책은 회원님께 준비된 뒤에 대출합니다.',
    });
  });

  it('is the rejection of a late reader, which names no next reader: there may be none', () => {
    const stored = {
      code: 'PICKUP_EXPIRED',
      rule: 'A copy is set aside until its pick-up date and no longer.',
    } as const;
    expect(rejectionIn('en', stored).message).toBe(
      'Your copy was not fetched in time and is no longer set aside; reserve again.',
    );
    expect(rejectionIn('ko', stored).message).toBe(
      '책을 기한까지 찾아가지 않으셔서 더 이상 보관하지 않습니다. 다시 예약해 주십시오.',
    );
  });

  it('is a reason of the service, and never one that a member wrote', () => {
    const left = 'The library has no copy of this title any more.';
    expect(reasonIn('ko', { reason: left })).toBe('도서관에 더 이상 이 책이 없습니다.');
    expect(reasonIn('ko', { reason: 'no longer needed' })).toBe('no longer needed');
    expect(reasonIn('ko', { reason: 'no longer needed', reasonCode: 'NO_LONGER_NEEDED' })).toBe(
      '더 이상 필요하지 않습니다.',
    );
  });

  it('is a recorded refusal, whose message stays as it was', () => {
    const message = 'You already reserved "모모".';
    const rule = 'A member has at most one open reservation of a title.';
    expect(refusalIn('ko', { code: 'ALREADY_RESERVED', message, rule })).toEqual({
      code: 'ALREADY_RESERVED',
      message,
      rule: '회원은 같은 책을 한 건만 예약할 수 있습니다.',
    });
  });

  it('is the return of a rental that was not out, whose sentence is the same where it has no facts', () => {
    const stored = {
      code: 'ALREADY_RETURNED',
      message: 'This rental is not out: it came back already, or never began.',
      rule: 'A rental is returned while its copy is out.',
      ruleCode: 'RETURN_WHAT_IS_OUT',
    } as const;
    for (const facts of [undefined, {}]) expect(refusalIn('en', { ...stored, facts }).message).toBe(stored.message);
    expect(refusalIn('en', { ...stored, facts: { state: 'REQUESTED' } }).message).toBe(
      'This rental is not decided yet; look again in a moment.',
    );
  });
});

describe('what a later release stored', () => {
  it.each<Language>(['en', 'ko'])('is read in %s by its English sentence, where its code is unknown', (language) => {
    const later = { code: 'RENTAL_LIMIT', message: 'You have 5 rentals.', rule: 'Five at a time.' } as const;
    expect(refusalIn(language, { ...later, facts: { most: 5 }, ruleCode: 'FIVE' })).toEqual(later);
  });
});

describe('a refusal on record', () => {
  it('is rendered in the language of its reader', () => {
    const stored = {
      code: 'ALREADY_RESERVED',
      facts: { title: '모모' },
      message: 'You already reserved "모모".',
      rule: 'A member has at most one open reservation of a title.',
      ruleCode: 'ONE_RESERVATION_PER_TITLE',
    } as const;
    const { code, message, rule } = stored;
    expect(refusalIn('en', stored)).toEqual({ code, message, rule });
    expect(refusalIn('ko', stored)).toEqual({
      code,
      message: '이미 "모모"를 예약하셨습니다.',
      rule: '회원은 같은 책을 한 건만 예약할 수 있습니다.',
    });
  });
});

it('decided data has the English sentences that version 1 of its event requires', () => {
  expect(storedSentences({ ruleCode: 'WAIT_FOR_YOUR_TURN', bookId: 'b' })).toEqual({ rule: WAITING });
  expect(storedSentences({ reasonCode: 'NO_LONGER_NEEDED' })).toEqual({ reason: 'no longer needed' });
  expect(storedSentences({ reason: 'found another' })).toEqual({});
});

it('a language that no catalogue is of counts as English', () => {
  expect(['ko', 'en', 'KO', 'de', '', undefined].map(knownLanguage)).toEqual(['ko', 'en', 'en', 'en', 'en', 'en']);
});
