import { libraryDateIn } from '@rentalbook/service-kit';
import { entryOfRental } from '../src/projections/member-entries/member-entry';
import { historyInZone } from '../src/resolvers/MyPageEntry';

const rental = {
  _id: 'rental',
  memberId: 'alice',
  bookId: 'book',
  rental: { seq: 3, phase: 'RETURNED', dueAt: '2026-12-10T23:30:00.000Z', updatedAt: '2026-11-28T00:00:00.000Z' },
  history: {
    'rental-1': { event: 'Rentaled', statusText: 'Start Rental', at: '2026-11-26T00:00:00.000Z' },
    'rental-2': { event: 'Loaned', statusText: 'Due 2026-12-10', at: '2026-11-27T00:00:00.000Z' },
    'rental-3': { event: 'Returned', statusText: 'Brought back', at: '2026-11-28T00:00:00.000Z' },
  },
} as const;

describe('the history of an entry', () => {
  it.each([
    ['UTC', 'Due 2026-12-10'],
    ['Asia/Seoul', 'Due 2026-12-11'],
  ])('names the due date of the loan as the calendar of the library in %s has it', (zone, due) => {
    const entry = entryOfRental(rental, undefined, new Date('2026-11-29T00:00:00.000Z'));
    expect(historyInZone(entry, libraryDateIn(zone)).map(({ statusText }) => statusText)).toEqual([
      'Start Rental',
      due,
      'Brought back',
    ]);
  });
});
