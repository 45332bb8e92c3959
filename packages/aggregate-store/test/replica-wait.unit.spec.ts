import { waitOncePerRequest } from '../src/aggregate/replica-wait';

const NOW = 1_900_000_000_000;
const idMadeAt = (ms: number): string => {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7abc-8def-0123456789ab`;
};

describe('a request that names a book which is not known yet', () => {
  const waits: (readonly [string, number])[] = [];
  const waitForReplica = (leftMs = 10_000) =>
    waitOncePerRequest(
      (key, ms) => Promise.resolve(waits.push([key, ms])),
      () => leftMs,
      () => NOW,
    );
  beforeEach(() => {
    waits.length = 0;
  });

  it.each([
    ['was made now', NOW],
    ['was made 1,999 ms ago', NOW - 1_999],
    ['was made by a clock that is 1,999 ms ahead', NOW + 1_999],
  ])('waits where the id %s', async (_case, madeAt) => {
    await waitForReplica()(idMadeAt(madeAt));
    expect(waits).toEqual([[idMadeAt(madeAt), 2_000]]);
  });

  it.each([
    ['was made 2,000 ms ago', idMadeAt(NOW - 2_000)],
    ['is 2,000 ms of the future', idMadeAt(NOW + 2_000)],
    ['is a UUID of another version', '0b0c5f0e-6f0a-4f0e-8f0a-0123456789ab'],
    ['is no UUID', 'book-1'],
  ])('does not wait where the id %s', async (_case, id) => {
    await waitForReplica()(id);
    expect(waits).toEqual([]);
  });

  it('waits once, however many such books it names', async () => {
    const wait = waitForReplica();
    for (let made = 0; made < 3; made += 1) await wait(idMadeAt(NOW + 1 - made));
    expect(waits).toEqual([[idMadeAt(NOW + 1), 2_000]]);
  });

  it('waits no longer than it has left', async () => {
    await waitForReplica(300)(idMadeAt(NOW));
    expect(waits).toEqual([[idMadeAt(NOW), 300]]);
  });
});
