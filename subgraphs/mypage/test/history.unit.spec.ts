import { parseEvent, type EventOf } from '@rentalbook/event-contracts';
import { stepTextIn, type StoredStep } from '@rentalbook/sentences';
import { libraryDateIn } from '@rentalbook/service-kit';
import { Kind, parse, type FieldNode, type FragmentDefinitionNode } from 'graphql';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cancelled } from '../src/projections/member-entries/member-entries.projection';
import { entryOfRental } from '../src/projections/member-entries/member-entry';
import { mentions } from '../src/resolvers/mentions';
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

  const noCopyLeft = 'The library has no copy of this title any more.';
  const byTheLibrary = 'The library cancelled this reservation.';
  it.each([
    ['a member, with a reason', { by: 'alice', reason: 'moved' }, 'Cancelled'],
    [
      'a member, without a reason',
      { by: 'alice', reason: 'no longer needed', reasonCode: 'NO_LONGER_NEEDED' },
      'Cancelled',
    ],
    ['a member whose id is that of the service', { userId: 'reserve', by: 'reserve', reason: 'moved' }, 'Cancelled'],
    [
      'that member, without a reason',
      { userId: 'reserve', by: 'reserve', reason: 'no longer needed', reasonCode: 'NO_LONGER_NEEDED' },
      'Cancelled',
    ],
    ['a member who writes the sentence of the service', { by: 'alice', reason: noCopyLeft }, 'Cancelled'],
    ['the service', { by: 'reserve', reason: noCopyLeft, reasonCode: 'NO_COPY_LEFT' }, `Cancelled: ${noCopyLeft}`],
    ['the service of an earlier release', { by: 'reserve', reason: noCopyLeft }, `Cancelled: ${noCopyLeft}`],
    [
      'the service of a later release',
      { by: 'reserve', reason: 'The title moved.', reasonCode: 'TITLE_MOVED' },
      'Cancelled: The title moved.',
    ],
    ['a librarian, with a reason', { by: 'libby', reason: 'The copy is damaged' }, 'Cancelled: The copy is damaged'],
    [
      'a librarian, without a reason',
      { by: 'libby', reason: byTheLibrary, reasonCode: 'CANCELLED_BY_THE_LIBRARY' },
      `Cancelled: ${byTheLibrary}`,
    ],
    [
      'a librarian of an earlier release, without a reason',
      { by: 'libby', reason: 'no longer needed', reasonCode: 'NO_LONGER_NEEDED' },
      'Cancelled',
    ],
    ['a librarian of the first release, without a reason', { by: 'libby', reason: 'no longer needed' }, 'Cancelled'],
    [
      'a librarian whose id is that of the service',
      { by: 'reserve', reason: 'The copy is damaged' },
      'Cancelled: The copy is damaged',
    ],
  ])('gives the reason of a cancellation where another than the member cancelled: %s', (_who, data, statusText) => {
    const step = cancellationStep(data);
    expect(step).toMatchObject({ event: 'Cancelled', statusText });
    expect(stepTextIn('en', step)).toBe(statusText);
  });

  it.each([
    [{ by: 'libby', reason: 'The copy is damaged' }, '예약이 취소되었습니다: The copy is damaged'],
    [
      { by: 'libby', reason: byTheLibrary, reasonCode: 'CANCELLED_BY_THE_LIBRARY' },
      '예약이 취소되었습니다: 도서관에서 이 예약을 취소했습니다.',
    ],
  ])('gives it in the language of the reader, but for what was written: %j', (data, korean) => {
    expect(stepTextIn('ko', cancellationStep(data))).toBe(korean);
  });

  it.each([
    ['{ entries { edges { node { id history { event } } } } }', true],
    ['{ entries { edges { node { steps: history { event } } } } }', true],
    ['{ entries { edges { node { ... @include(if: false) { history { event } } } } } }', true],
    ['{ entries { edges { ...e } } } fragment e on E { node { ...n } } fragment n on N { history { event } }', true],
    ['{ entries { edges { node { history: id } } } }', false],
    ['{ history { event } entries { edges { node { id } } } }', false],
  ])('is read for %s: %s', (document, isRead) => {
    expect(mentions('history', resolving('entries', document))).toBe(isRead);
  });

  it('is not shown of an entry that was read without it', () => {
    const entry = { ...entryOfRental(rental, undefined, new Date('2026-11-29T00:00:00.000Z')), history: undefined };
    expect(() => historyInZone(entry, libraryDateIn('UTC'))).toThrow('read without it');
  });
});

/** The step that the projection of a cancellation stores. */
function cancellationStep(data: object): StoredStep {
  const [change] = cancelled(cancelledWith(data)).reservations;
  const [step] = Object.entries(change?.set ?? {}).flatMap(([field, value]) =>
    field.startsWith('history.') ? [value as StoredStep] : [],
  );
  if (!step) throw new Error('a cancellation has no step');
  return step;
}

function cancelledWith(data: object): EventOf<'Cancelled'> {
  const path = join(__dirname, '../../../packages/event-contracts/src/reserve/cancelled.v1.sample.json');
  const { data: sample, ...envelope } = JSON.parse(readFileSync(path, 'utf8')) as { data: Record<string, unknown> };
  const { reason: _reason, reasonCode: _code, by: _by, ...about } = sample;
  const event = parseEvent(JSON.stringify({ ...envelope, data: { ...about, ...data } }));
  if (event.eventType !== 'Cancelled') throw new Error('the sample is of another event');
  return event;
}

/** What graphql-js passes to the resolver of a field. */
function resolving(field: string, document: string) {
  const { definitions } = parse(document);
  const [operation] = definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? one : []));
  const fragments = definitions.filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION);
  const isField = (node: { readonly kind: Kind }): node is FieldNode => node.kind === Kind.FIELD;
  return {
    fieldNodes: (operation?.selectionSet.selections ?? []).filter(isField).filter(({ name }) => name.value === field),
    fragments: Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment])),
  };
}
