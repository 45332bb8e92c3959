import type { OutboxEntry } from '../src/aggregate/aggregate-document';
import { newDocument, type Loaded } from '../src/aggregate/document-change';
import { createKnownDocuments } from '../src/aggregate/known-documents';

const NOW = new Date('2026-03-01T10:00:00.000Z');
const KEY = 'a-book';
const entry = (seq: number): OutboxEntry => ({ seq, event: {} as OutboxEntry['event'], traceparent: '' });
const written = (revision: number, ...sequences: number[]): Loaded<null> => ({
  ...newDocument(KEY, null),
  ...{ exists: true, now: NOW, revision, outbox: sequences.map(entry), pendingSince: NOW },
});

/** Documents with clocks that the test sets. */
function documents() {
  const timing = { now: 0, wall: 5_000 };
  const known = createKnownDocuments<null>({ now: () => timing.now, wall: () => timing.wall });
  const pass = (ms: number, wallMs = ms): void => {
    timing.now += ms;
    timing.wall += wallMs;
  };
  const keep = (document: Loaded<null>) => known.keep(document, known.loaded(document).loadedAt);
  return { known, pass, keep };
}
const sequencesOf = (outbox: readonly OutboxEntry[] | undefined) => outbox?.map(({ seq }) => seq);

describe('a document that this process has written', () => {
  it('is known with the time of the database, which has passed since it was loaded', () => {
    const { known, pass, keep } = documents();
    const { loadedAt } = known.loaded(written(1));
    pass(300);
    known.keep(written(2), loadedAt);
    pass(400);
    expect(known.get(KEY)?.before).toMatchObject({ revision: 2, now: new Date(NOW.getTime() + 700) });
    keep(written(3));
    expect(known.get(KEY)?.before.now).toEqual(NOW);
  });

  it('is loaded again after a second, however often it was written meanwhile', () => {
    const { known, pass } = documents();
    const { loadedAt } = known.loaded(written(1));
    for (const revision of [2, 3, 4]) {
      pass(333);
      known.keep(written(revision), loadedAt);
    }
    expect(known.get(KEY)).toBeDefined();
    pass(2);
    expect(known.get(KEY)).toBeUndefined();
  });

  it('is loaded again when the clock of the machine was set, or the machine slept: the derived time may be wrong', () => {
    const { known, pass, keep } = documents();
    keep(written(1));
    pass(10, 3_600_000);
    expect(known.get(KEY)).toBeUndefined();
  });

  it('is not known any more once another process may have changed it', () => {
    const { known, keep } = documents();
    keep(written(1, 1));
    known.forget(KEY);
    expect([known.get(KEY), known.take(10, [])]).toEqual([undefined, []]);
  });
});

describe('an outbox that this process has written', () => {
  it('waits once for the relay, as it was written last', () => {
    const { known, keep } = documents();
    keep(written(1, 1));
    keep(written(2, 1, 2));
    expect(known.take(10, []).map(({ outbox }) => sequencesOf(outbox))).toEqual([[1, 2]]);
    expect(known.take(10, [])).toEqual([]);
  });

  it('has no event that was acknowledged while it was written', () => {
    const { known, keep } = documents();
    keep(written(1, 1, 2));
    const [taken] = known.take(10, []);
    if (!taken) throw new Error('nothing waits');
    // Decided from the document before the acknowledgement, and written after it.
    known.acknowledged(taken, 2);
    expect(sequencesOf(keep(written(2, 1, 2, 3)).outbox)).toEqual([3]);
    expect(sequencesOf(known.get(KEY)?.before.outbox)).toEqual([3]);
    expect(known.take(10, []).map(({ outbox }) => sequencesOf(outbox))).toEqual([[3]]);
  });

  it('does not wait when nothing is left of it', () => {
    const { known, keep } = documents();
    keep(written(1, 1));
    known.acknowledged(written(1), 1);
    expect(known.take(10, [])).toEqual([]);
    expect(known.get(KEY)?.before).toMatchObject({ outbox: [], answeredThrough: 1 });
    expect(known.get(KEY)?.before.pendingSince).toBeUndefined();
  });

  it('is left to the polls of the database while its key is to wait', () => {
    const { known, keep } = documents();
    keep(written(1, 1));
    expect(known.take(10, [KEY])).toEqual([]);
    expect(known.take(10, [])).toEqual([]);
  });

  it('wakes the relay, as long as it listens', () => {
    const { known, keep } = documents();
    const wake = jest.fn();
    const stop = known.whenWaiting(wake);
    keep(written(1));
    expect(wake).toHaveBeenCalledTimes(0);
    keep(written(2, 1));
    stop();
    keep(written(3, 1, 2));
    expect(wake).toHaveBeenCalledTimes(1);
  });
});
