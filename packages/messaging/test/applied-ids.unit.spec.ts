import type { EventOf } from '@rentalbook/event-contracts';
import { conflictingIn, withAppliedIds, type AppliedIdsBySource } from '../src/consume/applied-ids';
import { noopMetrics } from '../src';
import { unsigned } from '../src/publish/event-signature';
import { createMessageHandler } from '../src/consume/message-handler';
import type { ConsumedEvent } from '../src/consume/consumed-event';
import { parkedKeysInMemory, silent, topicsInMemory } from './support';

const withdrawn = (sequence: number, id = `${String(sequence)}-once`): EventOf<'Withdrawn'> => ({
  id,
  source: 'book',
  eventType: 'Withdrawn',
  timestamp: '2026-03-02T09:30:00.000Z',
  schemaVersion: 1,
  key: 'book-a',
  sequence,
  correlationId: 'test',
  actor: 'libby',
  data: { bookId: 'book-a', copyId: 'copy-1', reason: 'worn' },
});
const consumed = (sequence: number, id?: string): ConsumedEvent => ({
  event: withdrawn(sequence, id),
  traceparent: undefined,
});
const upTo = (last: number, first = 1): ConsumedEvent[] =>
  Array.from({ length: last - first + 1 }, (_, index) => consumed(first + index));
const conflictsOf = (run: readonly ConsumedEvent[], applied: AppliedIdsBySource): string[] =>
  conflictingIn(run, applied).map(({ id }) => id);

describe('a second event with a number that was applied', () => {
  it('is a repeat with the same id, and a conflict with another', () => {
    const applied = withAppliedIds({}, upTo(5));
    expect(conflictsOf(upTo(6), applied)).toEqual([]);
    expect(conflictsOf([consumed(1, 'another'), consumed(5, 'other'), consumed(6)], applied)).toEqual([
      'another',
      'other',
    ]);
  });

  it('is one in the run that it comes with, too', () => {
    expect(conflictsOf([consumed(1), consumed(1, 'another'), consumed(1), consumed(2)], {})).toEqual(['another']);
  });

  it('is compared with the last 64 events of its stream, in bounded space', () => {
    const applied = withAppliedIds({}, upTo(200));
    const others = upTo(200).map(({ event: { sequence } }) => consumed(sequence, 'another'));
    expect(conflictingIn(others, applied).map(({ sequence }) => sequence)).toEqual(
      upTo(200, 137).map(({ event }) => event.sequence),
    );
    expect(JSON.stringify(applied).length).toBeLessThan(600);
  });

  it('is compared with no event whose id is not known: of the version before, or behind a gap that was accepted', () => {
    const ofThisVersion = withAppliedIds({}, [consumed(8)]);
    expect(conflictsOf([consumed(7, 'another'), consumed(8, 'other')], ofThisVersion)).toEqual(['other']);
    const overAGap = withAppliedIds(withAppliedIds({}, upTo(2)), [consumed(5)]);
    const run = [consumed(2, 'second'), consumed(3, 'third'), consumed(4, 'fourth'), consumed(5, 'fifth')];
    expect(conflictsOf(run, overAGap)).toEqual(['second', 'fifth']);
  });

  it('is of no other source', () => {
    const applied = withAppliedIds({}, upTo(2));
    const { event } = consumed(1, 'another');
    expect(conflictsOf([{ event: { ...event, source: 'rental' } as never, traceparent: undefined }], applied)).toEqual(
      [],
    );
  });

  it('is an alarm: a line in the log that names it, and a number', async () => {
    const lines: unknown[] = [];
    const counted: unknown[] = [];
    const id = '0198f3a0-9999-7000-8000-000000000001';
    const conflicting = withdrawn(1, id);
    const handler = createMessageHandler({
      brokers: [],
      clientId: 'page',
      log: { ...silent, error: (...line: unknown[]) => void lines.push(line) },
      topic: 'rentalbook',
      groupId: 'page',
      metrics: { ...noopMetrics, count: (...what) => void counted.push(what) },
      signatures: unsigned,
      publisher: topicsInMemory(),
      parkedKeys: parkedKeysInMemory(),
      handle: (run) => Promise.resolve(run.map(({ event }) => event)),
      isTransient: () => false,
      onFatal: () => undefined,
    });
    const value = Buffer.from(JSON.stringify(conflicting));
    await handler.process({ topic: 't', partition: 0, offset: '0', key: 'book-a', value, headers: {} }, undefined);
    expect(counted).toContainEqual(['stream_conflicts', { source: 'book' }]);
    const named = { source: 'book', key: 'book-a', sequence: 1, eventType: 'Withdrawn', id };
    expect(lines).toEqual([[named, expect.stringContaining('another one of its source has its number') as string]]);
  });
});
