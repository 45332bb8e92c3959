import type { EventOf } from '@rentalbook/event-contracts';
import type { ReceivedSpan } from '@rentalbook/test-kit';
import { CLIENT_SPAN, connectednessOf } from './connected';
import type { TracedEvent } from './spans-of-events';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const KEY = '0198f3a0-0000-7000-8000-000000000001';
const START = Date.UTC(2026, 2, 2);
const at = (ms: number): string => new Date(START + ms).toISOString();

const added: EventOf<'Withdrawn'> = {
  id: '0198f3a0-0000-7000-8000-000000000002',
  source: 'book',
  eventType: 'Withdrawn',
  timestamp: at(20),
  schemaVersion: 1,
  key: KEY,
  sequence: 1,
  correlationId: TRACE,
  actor: 'libby',
  data: { bookId: KEY, copyId: 'copy-1', reason: 'worn' },
};
const traced: TracedEvent = { event: added, publishedAt: at(110), appliedAt: at(160) };
const ofEvent = {
  'messaging.message.id': added.id,
  'rentalbook.event.source': 'book',
  'rentalbook.event.sequence': '1',
  'rentalbook.aggregate.key': KEY,
};

type Part = Partial<ReceivedSpan> & Pick<ReceivedSpan, 'service' | 'name' | 'spanId' | 'parentSpanId'>;
const span = (from: number, to: number, part: Part): ReceivedSpan => ({
  ...{ traceId: TRACE, startedAt: START + from, endedAt: START + to, attributes: {}, links: [], text: '' },
  ...part,
});
/** The trace of one command that led to one event. */
const story = (): ReceivedSpan[] => [
  span(0, 50, { service: 'router', name: 'POST /graphql', spanId: 'root', parentSpanId: CLIENT_SPAN }),
  span(5, 45, { service: 'book', name: 'POST /graphql', spanId: 'request', parentSpanId: 'root' }),
  span(10, 40, { service: 'book', name: 'command WithdrawCopy', spanId: 'command', parentSpanId: 'request' }),
  span(100, 120, {
    service: 'book',
    name: 'send rentalbook',
    spanId: 'send',
    parentSpanId: 'command',
    attributes: ofEvent,
  }),
  span(130, 170, {
    service: 'mypage',
    name: 'process rentalbook',
    spanId: 'taken',
    parentSpanId: 'send',
    attributes: ofEvent,
  }),
  span(140, 150, {
    service: 'mypage',
    name: 'project Withdrawn',
    spanId: 'shown',
    parentSpanId: 'taken',
    attributes: ofEvent,
  }),
];
const without = (spanId: string): ReceivedSpan[] => story().filter((one) => one.spanId !== spanId);
const changed = (spanId: string, to: Partial<ReceivedSpan>): ReceivedSpan[] =>
  story().map((one) => (one.spanId === spanId ? { ...one, ...to } : one));
const found = (spans: readonly ReceivedSpan[], kills: Parameters<typeof connectednessOf>[2] = [], event = traced) =>
  connectednessOf([{ trace: TRACE, events: [event] }], spans, kills);

describe('a trace', () => {
  it('is whole where every span leads to the request and the event to its projection', () => {
    expect(found(story())).toEqual({ broken: [], whole: 1, torn: 0, cut: 0, events: 1 });
  });

  it.each<[string, ReceivedSpan[], string]>([
    ['the request', without('root'), 'a trace begins with the request'],
    ['a parent', without('command'), 'every span leads to the request'],
    ['the sending', without('send'), 'an event is sent in its trace'],
    ['the projection', without('shown'), 'a trace goes on to the projection'],
    [
      'its parent, for the outbox forgot it',
      changed('send', { parentSpanId: undefined }),
      'every span leads to the request',
    ],
    [
      'its order: taken before it was sent',
      changed('taken', { startedAt: START + 90 }),
      'the hops of an event add up to its way',
    ],
    [
      'its parent: it is below another sending',
      [
        ...changed('taken', { parentSpanId: 'other' }),
        span(100, 120, { service: 'book', name: 'send rentalbook', spanId: 'other', parentSpanId: 'command' }),
      ],
      'a projection is below the sending of its event',
    ],
    [
      'a link back',
      changed('send', { links: [{ traceId: 'x', spanId: 'request' }] }),
      'work for several traces is found from each',
    ],
  ])('is broken where it lacks %s', (_, spans, promise) => {
    expect(found(spans).broken.map((one) => one.promise)).toContain(promise);
  });

  it('is broken where the event trail says otherwise', () => {
    const promises = (event: Partial<TracedEvent>) =>
      found(story(), [], { ...traced, ...event }).broken.map(({ promise }) => promise);
    expect(promises({ publishedAt: at(300) })).toEqual(['the event trail and the trace say the same']);
    expect(promises({ appliedAt: at(300) })).toEqual(['the event trail and the trace say the same']);
    expect(promises({ publishedAt: null, appliedAt: null })).toEqual([]);
  });

  it('may lack what a process had not sent that was killed then, and nothing else', () => {
    const kill = (service: string, ms: number) => [{ service, at: START + ms }];
    expect(found(without('command'), kill('book', 60))).toMatchObject({ broken: [], whole: 0, torn: 1, cut: 0 });
    expect(found(without('shown'), kill('mypage', 180))).toMatchObject({ broken: [], whole: 0, torn: 0, cut: 1 });
    expect(found(without('command'), kill('reserve', 60)).broken).toHaveLength(1);
    expect(found(without('command'), kill('book', 60_000)).broken).toHaveLength(1);
  });
});
