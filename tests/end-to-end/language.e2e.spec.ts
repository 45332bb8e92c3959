import { accepted, eventually, librarian, member, type Librarian, type Page, type Reader } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { sharedSystem } from './support/shared-system';

const system = sharedSystem();
const KOREAN = { 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.8' };
const GARBAGE = { 'accept-language': 'ko;q=,;=ÿ'.repeat(1_100) };
type Headers = Readonly<Record<string, string>>;

interface Refused {
  readonly payload: { readonly refusal: { readonly code: string; readonly message: string; readonly rule: string } };
}
const refusalOf = async (reader: Reader, command: string, input: object, headers: Headers = {}) => {
  const type = `${command[0]?.toUpperCase() ?? ''}${command.slice(1)}Input`;
  const query = `mutation($input: ${type}!) { payload: ${command}(input: $input) { refusal { code message rule } } }`;
  return (await reader.data<Refused>(query, { input }, headers)).payload.refusal;
};
const messagesOf = async (reader: Reader, query: string, headers: Headers = {}): Promise<unknown> =>
  (await reader.ask(query, {}, headers)).errors?.map(({ message }) => message);

/** The steps of the newest entry, once the newest of them is there. */
const historyOf = (reader: Reader, last: string, headers: Headers = {}): Promise<string[]> =>
  eventually(async () => {
    interface Answer {
      readonly myPage: { readonly entries: { readonly edges: { readonly node: Page['entries'][0] }[] } };
    }
    const query = '{ myPage { entries(first: 1) { edges { node { history { event statusText } } } } } }';
    const { history = [] } = (await reader.data<Answer>(query, {}, headers)).myPage.entries.edges[0]?.node ?? {};
    const steps = history.map(({ event, statusText }) => `${event}: ${statusText}`);
    return steps.at(-1)?.startsWith(last) ? steps : undefined;
  });

describe('a reader who prefers Korean', () => {
  let libby: Librarian;
  let alice: Reader;
  let bookId: string;
  beforeAll(async () => {
    libby = await librarian(system);
    alice = await member(system, randomUUID(), '앨리스');
    bookId = accepted(await libby.addBook('모모', 1)).id;
    await eventually(async () => (await alice.book(bookId)) ?? undefined);
  });

  it('is refused, corrected and kept up to date in Korean, and in English by default', async () => {
    const refused = await refusalOf(alice, 'rentBook', { bookId }, KOREAN);
    expect(refused).toEqual({
      code: 'NOT_RESERVED',
      message: '이 책을 예약하지 않으셨습니다. 먼저 예약해 주십시오.',
      rule: '책은 예약한 경우에만 대출합니다.',
    });
    accepted(await alice.reserve(bookId));
    expect(await refusalOf(alice, 'reserveBook', { bookId }, KOREAN)).toEqual({
      code: 'ALREADY_RESERVED',
      message: '이미 "모모"를 예약하셨습니다.',
      rule: '회원은 같은 책을 한 건만 예약할 수 있습니다.',
    });
    const english = {
      code: 'ALREADY_RESERVED',
      message: 'You already reserved "모모".',
      rule: 'A member has at most one open reservation of a title.',
    };
    for (const headers of [{}, { 'accept-language': 'de-DE,de;q=0.9' }, GARBAGE])
      expect(await refusalOf(alice, 'reserveBook', { bookId }, headers)).toEqual(english);

    const rental = accepted(await alice.rent(bookId));
    expect(await refusalOf(alice, 'rentBook', { bookId }, KOREAN)).toMatchObject({
      message: '이미 "모모"를 대출하고 계십니다.',
    });
    accepted(await alice.giveBack(rental.id));
    const due = rental.dueAt?.slice(0, 10) ?? '';
    expect(await historyOf(alice, 'ReturnedBook', KOREAN)).toEqual([
      'Subscribed: Booking',
      'Ready: 책이 준비되었습니다',
      'Rentaled: Start Rental',
      'Checked: On Rental',
      `Loaned: 반납 기한은 ${due}입니다`,
      'Returned: 책을 반납하셨습니다',
      'ReturnedBook: Return Complete',
    ]);
    expect(await historyOf(alice, 'ReturnedBook')).toEqual([
      'Subscribed: Booking',
      'Ready: Ready for pick-up',
      'Rentaled: Start Rental',
      'Checked: On Rental',
      `Loaned: Due ${due}`,
      'Returned: Brought back',
      'ReturnedBook: Return Complete',
    ]);
  });

  it.each([
    ['none is written', undefined, 'The library cancelled this reservation.', '도서관에서 이 예약을 취소했습니다.'],
    ['one is written', 'The copy is damaged', 'The copy is damaged', 'The copy is damaged'],
  ])('reads why a librarian cancelled, where %s', async (_which, written, english, korean) => {
    const reader = await member(system, randomUUID());
    const { id } = accepted(await libby.addBook('눈먼 자들의 도시', 1));
    const { id: reservationId } = await eventually(async () => (await reader.reserve(id)).entity);
    const key = randomUUID();
    const cancelled = await libby.cancel(reservationId, written, key);
    expect(accepted(cancelled)).toMatchObject({ status: 'CANCELLED', reason: english });
    expect(accepted(await libby.cancel(reservationId, written, key))).toEqual(accepted(cancelled));
    expect(await reader.reservation(reservationId)).toMatchObject({ reason: english });
    expect((await historyOf(reader, 'Cancelled')).at(-1)).toBe(`Cancelled: Cancelled: ${english}`);
    expect((await historyOf(reader, 'Cancelled', KOREAN)).at(-1)).toBe(`Cancelled: 예약이 취소되었습니다: ${korean}`);
  });

  it('gets a repeat of a refused command in the language of the repeat', async () => {
    const input = { reservationId: randomUUID(), idempotencyKey: randomUUID() };
    const english = await refusalOf(alice, 'cancelReservation', input);
    expect(english.message).toBe('There is no such reservation.');
    expect(await refusalOf(alice, 'cancelReservation', input, KOREAN)).toEqual({
      code: 'RESERVATION_NOT_FOUND',
      message: '그런 예약이 없습니다.',
      rule: '예약은 부여된 식별자로 취소합니다.',
    });
    expect(await refusalOf(alice, 'cancelReservation', input)).toEqual(english);
  });

  it('reads in Korean why an argument, a role or a limit is in the way', async () => {
    const id = 'x'.repeat(65);
    expect(await messagesOf(alice, `{ book(id: "${id}") { title } }`, KOREAN)).toEqual([
      '"id"은(는) 65자입니다. 식별자는 64자 이하입니다.',
    ]);
    expect(await messagesOf(alice, `{ book(id: "${id}") { title } }`)).toEqual([
      '"id" has 65 characters; an id has at most 64.',
    ]);
    expect(await messagesOf(alice, '{ eventTrail(correlationId: "x") { pageInfo { hasNextPage } } }', KOREAN)).toEqual([
      '사서만 사용할 수 있습니다. 토큰에 있는 역할: 회원.',
    ]);
    expect(await messagesOf(alice, '{ myPage { entries(first: 101) { edges { cursor } } } }', KOREAN)).toEqual([
      '"first"의 값이 101입니다. 1 이상 100 이하로 지정해 주십시오.',
    ]);
    const key = { bookId, idempotencyKey: randomUUID() };
    accepted(await alice.reserve(bookId, key.idempotencyKey));
    const reused = `mutation { reserveBook(input: { bookId: "other", idempotencyKey: "${key.idempotencyKey}" }) { refusal { code } } }`;
    expect(await messagesOf(alice, reused, KOREAN)).toEqual([
      expect.stringMatching(
        /^idempotencyKey ".+"(은|는|은\(는\)) 다른 인수와 함께 이미 사용되었습니다\. 새 키를 사용해 주십시오\.$/,
      ),
    ]);
  });
});
