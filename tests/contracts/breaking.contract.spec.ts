import { eventContracts, eventVersions, type EventType } from '@rentalbook/event-contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { defineEvent } from '../../packages/event-contracts/src/envelope';
import { createEventVersions, versionStep, type VersionStep } from '../../packages/event-contracts/src/event-versions';
import { ready } from '../../packages/event-contracts/src/reserve/ready.v1.event';
import { RECORDED } from './base';
import { acceptedSchema, breakingChanges, sortOut } from './breaking';
import { contractsIn, recordedEvent, samplesIn, type Contracts } from './contracts';

const root = join(__dirname, '../..');
const contracts = contractsIn(root);
const samples = samplesIn(root);
const { data } = ready.shape;

/** With a line of a graph replaced by another one. */
function graphWith(name: string, line: string, instead: string, type?: string): Contracts {
  const lines = contracts.graph[name] ?? [];
  const start = type === undefined ? 0 : lines.findIndex((one) => one.startsWith(type));
  const place = lines.indexOf(line, start);
  if (start < 0 || place < 0) throw new Error(`the graph ${name} has no line "${line}"`);
  const changed = instead === '' ? lines.toSpliced(place, 1) : lines.toSpliced(place, 1, instead);
  return { ...contracts, graph: { ...contracts.graph, [name]: changed } };
}

type Versions = Parameters<typeof recordedEvent>[1];
/** With another contract of Ready, and the steps to it. */
function readyWith(contract: z.ZodType, steps: readonly VersionStep[] = [], own = samples): Contracts {
  const changed = { ...eventContracts, Ready: contract } as typeof eventContracts;
  const versions = createEventVersions(changed, { Ready: steps }) as unknown as Versions;
  return { ...contracts, events: { ...contracts.events, Ready: recordedEvent('Ready', versions, own) } };
}
const readyV1 = (fields: z.ZodType) => readyWith(defineEvent('reserve', 'Ready', 1, fields));
const without = (type: EventType): Contracts => ({
  ...contracts,
  events: Object.fromEntries(Object.entries(contracts.events).filter(([name]) => name !== type)),
});
const withoutSchema = (type: EventType): Contracts => {
  const event = contracts.events[type];
  if (!event) throw new Error(`${type} is not recorded`);
  return { ...contracts, events: { ...contracts.events, [type]: { ...event, schemas: {} } } };
};
const withSample = (change: (sample: (typeof samples)[number]) => (typeof samples)[number]): Contracts =>
  readyWith(
    ready,
    [],
    samples.map((one) => (one.eventType === 'Ready' ? change(one) : one)),
  );
const v2 = defineEvent('reserve', 'Ready', 2, data.extend({ shelf: z.string().nullable() }));
const up = (one: z.infer<typeof data>) => ({ ...one, shelf: null });

/** Each is planted, and the check has to find exactly it. */
const planted: readonly (readonly [what: string, after: Contracts, found: RegExp])[] = [
  [
    'a field of the public graph is removed',
    graphWith('public', '  isbn: String', '', 'type Book '),
    /^public graph: Field 'isbn' was removed/,
  ],
  [
    'a field of a subgraph is removed',
    graphWith('book', '  authors: [String!]!', '', 'type Book '),
    /^subgraph book: Field 'authors' was removed/,
  ],
  [
    'the type of a field is narrowed to another one',
    graphWith('public', '  totalCopies: Int!', '  totalCopies: String!'),
    /'Book.totalCopies' changed type/,
  ],
  [
    'a field becomes nullable',
    graphWith('public', '  title: String!', '  title: String', 'type Book '),
    /'Book.title' changed type from 'String!' to 'String'/,
  ],
  [
    'an enum value is removed',
    graphWith('public', '  OVERDUE', '', 'enum RentalStatus'),
    /'OVERDUE' was removed from enum 'RentalStatus'/,
  ],
  [
    'an enum value is renamed',
    graphWith('public', '  READY', '  ON_HOLD', 'enum MyPageStatus'),
    /'READY' was removed from enum 'MyPageStatus'/,
  ],
  [
    'a nullable input becomes required',
    graphWith('public', '  isbn: String', '  isbn: String!', 'input AddBookInput'),
    /'AddBookInput.isbn' changed type from 'String' to 'String!'/,
  ],
  [
    'a required input is added',
    graphWith('public', '  bookId: ID!', '  bookId: ID!\n  branch: ID!', 'input ReserveBookInput'),
    /'branch' .* added to input object type 'ReserveBookInput'/,
  ],
  [
    'an argument becomes required',
    graphWith('public', '  book(id: ID!): Book', '  book(id: ID!, branch: ID!): Book'),
    /'branch: ID!' added to field 'Query.book'/,
  ],
  [
    'a key of an entity changes',
    graphWith(
      'rental',
      'type Rental @key(fields: "id") @allow(to: [OWNER, LIBRARIAN], owner: "member.id") {',
      'type Rental @key(fields: "id book { id }") @allow(to: [OWNER, LIBRARIAN], owner: "member.id") {',
    ),
    /^subgraph rental: Rental has no longer the key "id"/,
  ],
  ['an event is renamed', without('Withdrawn'), /^event: Withdrawn is gone or has another name/],
  [
    'a field of an event is removed',
    readyV1(data.omit({ rule: true })),
    /^event: version 1 of Ready: data.rule is gone/,
  ],
  [
    'a required field is added to an event',
    readyV1(data.extend({ shelf: z.string() })),
    /data.shelf is added and required/,
  ],
  [
    'a required field becomes optional',
    readyV1(data.extend({ rule: data.shape.rule.optional() })),
    /data.rule becomes optional/,
  ],
  ['the format of a field changes', readyV1(data.extend({ pickupBy: z.iso.date() })), /data.pickupBy changes from/],
  ['an id gets a narrower limit', readyV1(data.extend({ copyId: z.string().max(8) })), /data.copyId changes from/],
  [
    'the meaning of a field changes',
    withSample((one) => ({ ...one, data: { ...one.data, pickupBy: '2026-03-05T23:59:59.999Z' } })),
    /version 1 of Ready: its golden sample was edited/,
  ],
  [
    'the key of an event changes',
    withSample((one) => ({ ...one, key: String(one.data['copyId']) })),
    /^event: Ready has copyId as its key instead of bookId/,
  ],
  ['an old version is not read any more', withoutSchema('Ready'), /^event: version 1 of Ready is not read any more/],
  [
    'a new version is published before anybody reads it',
    readyWith(v2, [versionStep(ready, v2, { up })]),
    /^event: Ready is published in version 2, and the release before reads up to 1/,
  ],
];

describe('a breaking change of the graph or of an event is found where', () => {
  it.each(planted)('%s', async (_what, after, found) => {
    const changes = await breakingChanges(contracts, after);
    expect(changes).toContainEqual(expect.stringMatching(found));
  });
});

describe('what is compatible is no breaking change:', () => {
  it.each<[string, Contracts]>([
    ['nothing changes', contracts],
    [
      'a field is added to the graph',
      graphWith('public', '  isbn: String', '  isbn: String\n  shelf: String', 'type Book '),
    ],
    ['an optional field is added to an event', readyV1(data.extend({ shelf: z.string().optional() }))],
    [
      'a version is added that is read first and published a release later',
      readyWith(v2, [versionStep(ready, v2, { up, down: (one) => data.parse(one) })]),
    ],
  ])('%s', async (_what, after) => {
    expect(await breakingChanges(contracts, after)).toEqual([]);
  });
});

it('a breaking change is accepted where the list has it with a reason', () => {
  const list = acceptedSchema.parse([{ change: 'event: X is gone', reason: 'no release ever published it' }]);
  expect(sortOut(['event: X is gone', 'event: Y is gone'], list)).toEqual({
    accepted: list,
    unlisted: ['event: Y is gone'],
  });
  expect(acceptedSchema.safeParse([{ change: 'event: X is gone', reason: ' ' }]).success).toBe(false);
});

it('the recorded contracts are those of the sources; else run "npm run check:breaking -- --record"', () => {
  expect(JSON.parse(readFileSync(join(root, RECORDED), 'utf8'))).toEqual(JSON.parse(JSON.stringify(contracts)));
});

it('each event has the schema that its contract says, and the message key that docs/events.md says', () => {
  for (const [type, { key, written }] of Object.entries(contracts.events)) {
    expect(key).toEqual(['bookId']);
    expect(written).toBe(eventVersions.writtenVersionOf(type as EventType));
  }
});
