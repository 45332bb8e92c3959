import fc from 'fast-check';
import type { BookCirculation } from '../src/domain/book-circulation';
import { MONDAY, library } from './library';

describe('the circulation of a title', () => {
  it('keeps its promises whatever its readers do, in any order', () => {
    const member = fc.constantFrom('alice', 'bob', 'carol', 'dan');
    const step = fc.oneof(
      fc.record({ do: fc.constant('reserve' as const), member }),
      fc.record({ do: fc.constant('rent' as const), member }),
      fc.record({ do: fc.constant('return' as const), member }),
      fc.record({ do: fc.constant('cancel' as const), member }),
      fc.record({ do: fc.constant('wait' as const), member }),
      fc.record({ do: fc.constant('withdraw' as const), member }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const emma = library(['copy-1', 'copy-2']);
        let now = MONDAY.getTime();
        steps.forEach((one, index) => {
          const before = emma.state;
          const { copies, queue } = before;
          if (one.do === 'reserve') emma.reserve(one.member);
          if (one.do === 'rent') emma.rent(one.member, `rental-${String(index)}`);
          if (one.do === 'cancel') {
            const open = queue.find(({ userId }) => userId === one.member);
            if (open) emma.cancel(open.reservationId);
          }
          if (one.do === 'return') {
            const out = copies.find((copy) => copy.state === 'ON_LOAN' && copy.userId === one.member);
            if (out?.state === 'ON_LOAN') emma.returned(one.member, out.rentalId);
          }
          if (one.do === 'wait') emma.setNow(new Date((now += 40 * 3_600_000)));
          if (one.do === 'withdraw') emma.withdraw('copy-2');
          expectSound(emma.state);
        });
      }),
      { numRuns: 300 },
    );
  });
});

/** What must hold in every state: see "Always true" in the design of the domain. */
function expectSound({ copies, queue }: BookCirculation): void {
  for (const copy of copies) {
    const holders = queue.filter(({ ready }) => ready?.copyId === copy.copyId);
    expect(holders).toHaveLength(copy.state === 'HELD' ? 1 : 0);
    if (copy.state === 'HELD') expect(holders[0]?.reservationId).toBe(copy.reservationId);
  }
  const tickets = queue.map(({ ticket }) => ticket);
  expect(tickets).toEqual([...tickets].sort((one, other) => one - other));
  const firstWaiting = queue.findIndex(({ ready }) => ready === null);
  const freeCopies = copies.filter(({ state }) => state === 'IN_STOCK');
  if (firstWaiting !== -1) {
    expect(freeCopies).toEqual([]);
    expect(queue.slice(firstWaiting).every(({ ready }) => ready === null)).toBe(true);
  }
  expect(new Set(queue.map(({ userId }) => userId)).size).toBe(queue.length);
}
