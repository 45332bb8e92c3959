import { newIdAt } from '@rentalbook/aggregate-store';
import { requestedAt, statusOf } from '../src/application/rental-status';
import type { RentalView } from '../src/application/views';

const DUE = '2026-03-16T09:00:00.000Z';
const rental = (phase: 'ACTIVE' | 'RETURNED', now: string): RentalView => ({
  ...{ _id: 'rental-1', userId: 'alice', bookId: 'book-1', now: new Date(now) },
  rental: { seq: 2, userNm: 'Alice', phase, rentedAt: '2026-03-02T09:00:00.000Z', dueAt: DUE },
});

describe('the status of a rental', () => {
  it.each([
    ['ACTIVE', 'ACTIVE', '2026-03-16T08:59:59.999Z'],
    ['OVERDUE', 'ACTIVE', DUE],
    ['RETURNED', 'RETURNED', '2026-04-01T00:00:00.000Z'],
  ] as const)('is %s when its copy is %s at %s', (status, phase, now) => {
    expect(statusOf(rental(phase, now))).toBe(status);
  });

  it('has the time of the request from its id while only Reserve’s part is projected', () => {
    const at = '2026-03-02T09:00:00.123Z';
    const { rental: _own, ...reserveOnly } = rental('ACTIVE', DUE);
    expect(requestedAt({ ...reserveOnly, _id: newIdAt(new Date(at)) })).toBe(at);
    expect(requestedAt(rental('ACTIVE', DUE))).toBe('2026-03-02T09:00:00.000Z');
  });
});
