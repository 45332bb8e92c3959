import type { BodyOf } from '@rentalbook/event-contracts';
import { given } from '@rentalbook/decider/given';
import { rejectionIn } from '@rentalbook/sentences';
import fc from 'fast-check';
import { bookRentals, type OwnEvent } from '../src/domain/book-rentals';

type Body = BodyOf<OwnEvent>;
const BOOK = 'book-1';
const policy = { loanDays: 15, requestTimeoutMs: 30_000 };
const MONDAY = new Date('2026-03-02T09:00:00.000Z');

/** The rentals of one title, driven by commands and consumed events, with fixed time and counted ids. */
function desk({ announced = true } = {}) {
  const title = given(bookRentals, { key: BOOK, policy, now: MONDAY, ids: 'rental' });
  if (announced)
    title.whenConsumed('Added', {
      bookId: BOOK,
      bookNm: 'Emma',
      authors: [],
      isbn: null,
      copyIds: ['copy-1'],
      status: 'In stock',
    });
  return {
    get state() {
      return title.state;
    },
    rent: (userId: string) => title.when({ type: 'RentBook', member: { userId, userNm: userId } }),
    giveBack: (rentalId: string) => title.when({ type: 'ReturnBook', rentalId }),
    checked: (rentalId: string, copyId = 'copy-1') =>
      title.whenConsumed('Checked', {
        reservationId: `reservation-of-${rentalId}`,
        rentalId,
        userId: 'alice',
        bookId: BOOK,
        copyId,
        status: 'On Rental',
        rule: 'rule',
      }),
    refused: (rentalId: string) =>
      title.whenConsumed('Refused', { rentalId, userId: 'alice', bookId: BOOK, code: 'NOT_RESERVED', rule: 'rule' }),
  };
}
const types = (events: readonly Body[]): string[] => events.map(({ eventType }) => eventType);

describe('the rentals of a title', () => {
  it('refuses to rent a book that the catalogue never announced, and names it', () => {
    expect(desk({ announced: false }).rent('alice')).toEqual({
      events: [],
      outcome: { refused: { code: 'BOOK_NOT_FOUND', facts: { bookId: BOOK }, ruleCode: 'RENT_FROM_CATALOGUE' } },
    });
  });

  it('asks for a copy, and leaves to Reserve whether the reader may have it', () => {
    expect(desk().rent('alice')).toMatchObject({
      outcome: { accepted: 'rental-1' },
      events: [
        {
          eventType: 'Rentaled',
          data: { rentalId: 'rental-1', userId: 'alice', bookId: BOOK, bookNm: 'Emma', status: 'Start Rental' },
        },
      ],
    });
  });

  it('refuses to ask again while a request of the same member is under way', () => {
    const emma = desk();
    emma.rent('alice');
    expect(emma.rent('alice').outcome).toMatchObject({
      refused: { code: 'ALREADY_RENTED', facts: { title: 'Emma', state: 'REQUESTED' } },
    });
  });

  it('refuses to ask for a title that the member has at home', () => {
    const emma = desk();
    emma.rent('alice');
    emma.checked('rental-1');
    expect(emma.rent('alice').outcome).toMatchObject({
      refused: { code: 'ALREADY_RENTED', facts: { title: 'Emma', state: 'AT_HOME' } },
    });
  });

  it('lets several members ask side by side', () => {
    const emma = desk();
    emma.rent('alice');
    expect(emma.rent('bob').outcome).toEqual({ accepted: 'rental-2' });
  });

  it('begins the loan when Reserve gives a copy out, due after LOAN_DAYS', () => {
    const emma = desk();
    emma.rent('alice');
    expect(emma.checked('rental-1')).toEqual([
      {
        eventType: 'Loaned',
        data: { rentalId: 'rental-1', userId: 'alice', bookId: BOOK, dueAt: '2026-03-17T09:00:00.000Z', renewals: 0 },
      },
    ]);
  });

  it('begins nothing for a rental that it does not know or that is closed', () => {
    const emma = desk();
    expect(emma.checked('rental-of-another')).toEqual([]);
    emma.rent('alice');
    emma.checked('rental-1');
    emma.giveBack('rental-1');
    expect(emma.checked('rental-1')).toEqual([]);
    expect(emma.state.open).toEqual([]);
  });

  it('lets a member ask again after a refusal', () => {
    const emma = desk();
    emma.rent('alice');
    expect(emma.refused('rental-1')).toEqual([]);
    expect(emma.rent('alice').outcome).toEqual({ accepted: 'rental-2' });
  });

  it('publishes what is needed to end the loan: the member and the copy', () => {
    const emma = desk();
    emma.rent('alice');
    emma.checked('rental-1', 'copy-7');
    expect(emma.giveBack('rental-1').events).toEqual([
      {
        eventType: 'Returned',
        data: {
          rentalId: 'rental-1',
          userId: 'alice',
          userNm: 'alice',
          bookId: BOOK,
          bookNm: 'Emma',
          copyId: 'copy-7',
          returnedAt: MONDAY.toISOString(),
        },
      },
    ]);
  });

  it.each<[string, (emma: ReturnType<typeof desk>) => unknown, object]>([
    ['is not decided yet', (emma) => emma.rent('alice'), { state: 'REQUESTED' }],
    ['was refused', (emma) => [emma.rent('alice'), emma.refused('rental-1')], {}],
    ['came back', (emma) => [emma.rent('alice'), emma.checked('rental-1'), emma.giveBack('rental-1')], {}],
  ])('refuses the return of a rental that %s', (_what, before, facts) => {
    const emma = desk();
    before(emma);
    const { events, outcome } = emma.giveBack('rental-1');
    expect(events).toEqual([]);
    expect(outcome).toEqual({ refused: { code: 'ALREADY_RETURNED', facts, ruleCode: 'RETURN_WHAT_IS_OUT' } });
  });

  it('lets a member rent a title again after its return, as a new rental', () => {
    const emma = desk();
    emma.rent('alice');
    emma.checked('rental-1');
    emma.giveBack('rental-1');
    expect(emma.rent('alice').outcome).toEqual({ accepted: 'rental-2' });
  });

  it('keeps one open rental per member and one rental per copy, in whatever order things come', () => {
    const step = fc.record({
      do: fc.constantFrom('rent', 'check', 'refuse', 'return'),
      member: fc.constantFrom('alice', 'bob', 'carol'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const emma = desk();
        const began: string[] = [];
        const cameBack: string[] = [];
        steps.forEach((one, index) => {
          const rental = emma.state.open.find(({ userId }) => userId === one.member);
          if (one.do === 'rent') emma.rent(one.member);
          if (one.do === 'check' && rental?.copyId === null)
            began.push(...types(emma.checked(rental.rentalId, `copy-${String(index)}`)).map(() => rental.rentalId));
          if (one.do === 'refuse' && rental?.copyId === null) emma.refused(rental.rentalId);
          if (one.do === 'return' && rental)
            cameBack.push(...types(emma.giveBack(rental.rentalId).events).map(() => rental.rentalId));
          const { open } = emma.state;
          expect(new Set(open.map(({ userId }) => userId)).size).toBe(open.length);
          const out = open.filter(({ copyId }) => copyId !== null).map(({ rentalId }) => rentalId);
          expect([...out, ...cameBack].sort()).toEqual([...began].sort());
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('a rejection', () => {
  it('names what to do next, and the rule where there is nothing to do', () => {
    expect(rejectionIn('en', { code: 'NOT_RESERVED', rule: 'the rule' }).message).toMatch(/reserve it first/);
    expect(rejectionIn('en', { code: 'RENTAL_LIMIT', rule: 'the rule' })).toEqual({
      code: 'RENTAL_LIMIT',
      rule: 'the rule',
      message: 'the rule',
    });
  });
});
