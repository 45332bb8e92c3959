import { object, subject, topic } from '../src/ko/particles';

describe('a Korean particle', () => {
  it.each([
    ['모모', '"모모"는', '"모모"가', '"모모"를'],
    ['어린 왕자', '"어린 왕자"는', '"어린 왕자"가', '"어린 왕자"를'],
    ['토지', '"토지"는', '"토지"가', '"토지"를'],
    ['태백산맥', '"태백산맥"은', '"태백산맥"이', '"태백산맥"을'],
    ['서울', '"서울"은', '"서울"이', '"서울"을'],
    ['토지 (개정판)', '"토지 (개정판)"은', '"토지 (개정판)"이', '"토지 (개정판)"을'],
    ['왜?!', '"왜?!"는', '"왜?!"가', '"왜?!"를'],
    ['1984', '"1984"는', '"1984"가', '"1984"를'],
    ['2001', '"2001"은', '"2001"이', '"2001"을'],
    ['100', '"100"은', '"100"이', '"100"을'],
    ['Emma', '"Emma"은(는)', '"Emma"이(가)', '"Emma"을(를)'],
    ['三國志', '"三國志"은(는)', '"三國志"이(가)', '"三國志"을(를)'],
    ['…', '"…"은(는)', '"…"이(가)', '"…"을(를)'],
    ['', '""은(는)', '""이(가)', '""을(를)'],
  ])('follows from how %j is read', (text, asTopic, asSubject, asObject) => {
    expect([topic(text), subject(text), object(text)]).toEqual([asTopic, asSubject, asObject]);
  });

  it('is the same for a title whose syllables are decomposed', () => {
    expect(object('태백산맥'.normalize('NFD'))).toMatch(/"을$/);
  });
});
