import { given } from '@rentalbook/decider/given';
import { statusIn } from '@rentalbook/sentences';
import fc from 'fast-check';
import { availabilityOf } from '../src/domain/availability';
import { catalogueBook, type CatalogueBook } from '../src/domain/catalogue-book';

const BOOK = 'book-1';
const textOf = (copies: CatalogueBook['copies']): string => statusIn('en', availabilityOf(copies));
const emmaByAusten = { bookNm: 'Emma', authors: ['Jane Austen'], isbn: '9780141439587' };

/** One title of the catalogue, driven by commands and by Reserve's events, with counted ids. */
function catalogue(copies?: number) {
  const title = given(catalogueBook, {
    key: BOOK,
    policy: undefined,
    now: new Date('2026-03-02T09:00:00.000Z'),
    ids: 'copy',
  });
  const add = (howMany: number) => title.when({ type: 'AddBook', title: emmaByAusten, copies: howMany });
  if (copies !== undefined) add(copies);
  return {
    get state() {
      return title.state;
    },
    get status() {
      return availabilityOf(title.state.copies);
    },
    add,
    addCopies: (howMany: number) => title.when({ type: 'AddCopies', copies: howMany }),
    withdraw: (copyId: string) => title.when({ type: 'WithdrawCopy', copyId, reason: 'worn out' }),
    ready: (copyId: string) => {
      title.whenConsumed('Ready', { copyId, reservationId: `hold-of-${copyId}` });
    },
    cancelled: (copyId: string) => {
      title.whenConsumed('Cancelled', { reservationId: `hold-of-${copyId}` });
    },
    expired: (copyId: string) => {
      title.whenConsumed('Expired', { reservationId: `hold-of-${copyId}` });
    },
    checked: (copyId: string) => {
      title.whenConsumed('Checked', { copyId });
    },
    returnedBook: (copyId: string) => {
      title.whenConsumed('ReturnedBook', { copyId });
    },
  };
}
type Catalogue = ReturnType<typeof catalogue>;
const refusalOf = ({ outcome }: { outcome: object }): unknown => ('refused' in outcome ? outcome.refused : undefined);

describe('a title of the catalogue', () => {
  it('is announced with all there is to know of it', () => {
    expect(catalogue().add(2)).toEqual({
      outcome: { accepted: BOOK },
      events: [
        {
          eventType: 'Added',
          data: { bookId: BOOK, ...emmaByAusten, copyIds: ['copy-1', 'copy-2'], status: 'In stock' },
        },
      ],
    });
  });

  it('is announced with its old copies when new ones come, so that the newest announcement is enough', () => {
    const { events } = catalogue(1).addCopies(2);
    expect(events).toMatchObject([{ eventType: 'Added', data: { copyIds: ['copy-1', 'copy-2', 'copy-3'] } }]);
  });

  it('keeps copies where they are when new ones come', () => {
    const emma = catalogue(2);
    emma.ready('copy-1');
    emma.checked('copy-2');
    emma.addCopies(1);
    expect(emma.state.copies.map(({ state }) => state)).toEqual(['HELD', 'ON_LOAN', 'IN_STOCK']);
  });

  it.each<[string, (emma: Catalogue) => { outcome: object }]>([
    ['get copies', (emma) => emma.addCopies(1)],
    ['lose one', (emma) => emma.withdraw('copy-1')],
  ])('cannot %s before it is in the catalogue', (_what, command) => {
    expect(refusalOf(command(catalogue()))).toMatchObject({ code: 'BOOK_NOT_FOUND', ruleCode: 'COPIES_OF_A_TITLE' });
  });

  it('loses a copy that is withdrawn from stock', () => {
    const emma = catalogue(2);
    expect(emma.withdraw('copy-1')).toEqual({
      outcome: { accepted: BOOK },
      events: [{ eventType: 'Withdrawn', data: { bookId: BOOK, copyId: 'copy-1', reason: 'worn out' } }],
    });
    expect(emma.state.copies.map(({ copyId }) => copyId)).toEqual(['copy-2']);
  });

  it('loses a copy once, and none that it never had', () => {
    const emma = catalogue(1);
    emma.withdraw('copy-1');
    expect(refusalOf(emma.withdraw('copy-1'))).toMatchObject({ code: 'COPY_NOT_FOUND', ruleCode: 'COPY_BY_ITS_ID' });
  });

  it.each<[string, (emma: Catalogue) => void]>([
    [
      'HELD',
      (emma) => {
        emma.ready('copy-1');
      },
    ],
    [
      'ON_LOAN',
      (emma) => {
        emma.checked('copy-1');
      },
    ],
  ])('keeps a copy that is %s, so that no reader loses it', (state, before) => {
    const emma = catalogue(1);
    before(emma);
    expect(refusalOf(emma.withdraw('copy-1'))).toMatchObject({
      code: 'COPY_IN_USE',
      facts: { state },
    });
    expect(emma.state.copies).toHaveLength(1);
  });

  it('shows the original’s sequence when it has one copy: In stock, Booking, On Rental, In stock', () => {
    const emma = catalogue(1);
    const shown = [textOf(emma.state.copies)];
    for (const happens of [emma.ready, emma.checked, emma.returnedBook]) {
      happens('copy-1');
      shown.push(textOf(emma.state.copies));
    }
    expect(shown).toEqual(['In stock', 'Booking', 'On Rental', 'In stock']);
  });

  it.each<['cancelled' | 'expired']>([['cancelled'], ['expired']])(
    'has the copy back in stock of a hold that was %s, and no other',
    (ending) => {
      const emma = catalogue(2);
      emma.ready('copy-1');
      emma.ready('copy-2');
      emma[ending]('copy-1');
      expect(emma.state.copies.map(({ state }) => state)).toEqual(['IN_STOCK', 'HELD']);
    },
  );

  it('is untouched by the end of a reservation that held no copy of it', () => {
    const emma = catalogue(1);
    emma.ready('copy-1');
    emma.cancelled('copy-of-another');
    expect(emma.status).toBe('BOOKING');
  });

  it('is free while some copy is, else reserved while some copy is held, else out; without copies it is that', () => {
    const state = fc.constantFrom('IN_STOCK' as const, 'HELD' as const, 'ON_LOAN' as const);
    fc.assert(
      fc.property(fc.array(state, { maxLength: 6 }), (states) => {
        const withCopies = states.includes('IN_STOCK') ? 'IN_STOCK' : states.includes('HELD') ? 'BOOKING' : 'ON_RENTAL';
        const expected = states.length === 0 ? 'NO_COPIES' : withCopies;
        expect(availabilityOf(states.map((one) => ({ state: one })))).toBe(expected);
      }),
    );
  });

  it('is "No copies" once the last one is withdrawn, and "In stock" once copies are added again', () => {
    const emma = catalogue(1);
    emma.withdraw(emma.state.copies[0]?.copyId ?? '');
    expect([emma.status, textOf(emma.state.copies)]).toEqual(['NO_COPIES', 'No copies']);
    emma.addCopies(1);
    expect([emma.status, textOf(emma.state.copies)]).toEqual(['IN_STOCK', 'In stock']);
  });

  it('numbers its copies so that none is ever there twice, whatever happens to them', () => {
    const step = fc.record({
      do: fc.constantFrom('addCopies', 'withdraw', 'ready', 'expired', 'checked', 'returnedBook'),
      copy: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const emma = catalogue(2);
        for (const { do: what, copy } of steps) {
          const before = emma.state.copies;
          const copyId = `copy-${String(copy)}`;
          if (what === 'addCopies') emma.addCopies(1);
          else if (what === 'withdraw') emma.withdraw(copyId);
          else if (what === 'ready') emma.ready(copyId);
          else if (what === 'expired') emma.expired(copyId);
          else if (what === 'checked') emma.checked(copyId);
          else emma.returnedBook(copyId);

          const after = emma.state.copies.map((one) => one.copyId);
          expect(new Set(after).size).toBe(after.length);
          const gone = before.filter((one) => !after.includes(one.copyId));
          expect(gone.every(({ state }) => state === 'IN_STOCK')).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
