import { recordSpans, type SpanRecorder } from '@rentalbook/test-kit/recorded-spans';
import { executionAsyncResource } from 'node:async_hooks';
import {
  boundToTrace,
  contextOf,
  continueTrace,
  currentTraceparent,
  inNewTrace,
  inSharedSpans,
  inSpan,
  isTracing,
  messagePart,
  recordStep,
  startServerSpan,
  traceFields,
  traceIdOf,
  whereActive,
} from '../src';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const OTHER = '0af7651916cd43dd8448eb211c80319c';
const sampled = (trace = TRACE): string => `00-${trace}-00f067aa0ba902b7-01`;
const unsampled = `00-${TRACE}-00f067aa0ba902b7-00`;
const event = {
  ...{ id: 'event-1', key: 'book-1', source: 'rental', eventType: 'Rentaled', sequence: 3 },
  ...{ actor: 'zaphod-42', data: { userId: 'zaphod-42', userNm: 'Zaphod', bookNm: 'Emma' } },
};

describe('a trace that arrives', () => {
  it('is continued', () => {
    expect(continueTrace(sampled())).toBe(sampled());
    expect(traceIdOf(sampled())).toBe(TRACE);
  });

  it.each([
    ['none', undefined],
    ['nonsense', 'nonsense'],
    ['another version', `01-${TRACE}-00f067aa0ba902b7-01`],
    ['no trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['no parent', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ])('begins where there is %s, and is not sampled then', (_what, traceparent) => {
    expect(continueTrace(traceparent)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(continueTrace(traceparent)).not.toContain(TRACE);
  });
});

describe('without a place to send spans to', () => {
  it('no span is made, and no trace is active anywhere', async () => {
    expect(isTracing()).toBe(false);
    await inNewTrace('a', {}, () => inSpan('b', { parent: contextOf(sampled()) }, () => Promise.resolve()));
    expect([currentTraceparent(), traceFields(), recordStep('c', () => ({}), sampled())]).toEqual([
      undefined,
      {},
      sampled(),
    ]);
  });
});

describe('a span', () => {
  let recorded: SpanRecorder;
  beforeAll(() => {
    recorded = recordSpans();
  });
  afterEach(() => {
    recorded.clear();
  });
  afterAll(() => recorded.stop());
  const parentOf = (name: string): string | undefined => recorded.named(name)[0]?.parentSpanContext?.spanId;
  const idOf = (name: string): string | undefined => recorded.named(name)[0]?.spanContext().spanId;

  it('has what is active as its parent, across waiting, and is in the lines of the log', async () => {
    let fields = {};
    await inNewTrace('outer', {}, async () => {
      await new Promise(setImmediate);
      await inSpan('inner', {}, async () => {
        await Promise.resolve();
        fields = traceFields();
      });
    });
    expect(parentOf('inner')).toBe(idOf('outer'));
    const { traceId, spanId } = recorded.named('inner')[0]?.spanContext() ?? {};
    expect(fields).toEqual({ trace_id: traceId, span_id: spanId });
  });

  it('fails with the class of its error, and without its message', async () => {
    const failing = inNewTrace('fails', {}, () => Promise.reject(new TypeError('Zaphod is not a function')));
    await expect(failing).rejects.toThrow(TypeError);
    const [span] = recorded.named('fails');
    expect(span?.attributes).toEqual({ 'error.type': 'TypeError' });
    expect(span?.status).toEqual({ code: 2 });
    expect(span?.events).toEqual([]);
  });

  it('is not made below a trace that is not sampled, nor where none is active', async () => {
    await inSpan('below', { parent: contextOf(unsampled) }, () => Promise.resolve());
    await inSpan('nowhere', {}, () => Promise.resolve());
    expect(recorded.spans).toEqual([]);
    expect(recordStep('step', () => ({}), unsampled)).toBe(unsampled);
  });

  const onOldNode = Number(process.versions.node.split('.')[0]) < 24 ? it : it.skip;
  onOldNode('costs what is not sampled nothing: the context is kept through promises only meanwhile', async () => {
    /** How many AsyncLocalStorages write to what is created now. */
    const storages = async (): Promise<number> => {
      await new Promise(setImmediate);
      return Object.getOwnPropertySymbols(executionAsyncResource()).length;
    };
    const before = await storages();
    expect(await inNewTrace('sampled', {}, storages)).toBe(before + 1);
    const span = startServerSpan('request', {}, unsampled);
    expect(await whereActive(span, storages)).toBe(before);
    expect(currentTraceparent()).toBeUndefined();
    span.end();
  });

  it('of what a callback does later belongs where the callback was made', async () => {
    const callbacks: (() => Promise<void>)[] = [];
    let done = (): void => undefined;
    const first = inNewTrace('first', {}, async () => {
      callbacks.push(boundToTrace(() => inSpan('later', {}, () => Promise.resolve())));
      await new Promise<void>((resolve) => (done = resolve));
    });
    await inNewTrace('second', {}, async () => callbacks[0]?.());
    done();
    await first;
    expect(parentOf('later')).toBe(idOf('first'));
  });

  it('of an event says nothing of what the event holds about a member', async () => {
    await inSharedSpans(
      () => [messagePart('process', 'topic', event, sampled())],
      () => Promise.resolve(),
    );
    const [span] = recorded.spans;
    expect(JSON.stringify(span?.attributes)).toContain('Rentaled');
    expect(JSON.stringify(span?.attributes)).not.toMatch(/zaphod|emma/i);
  });
});

describe('work that serves several traces', () => {
  let recorded: SpanRecorder;
  beforeAll(() => {
    recorded = recordSpans();
  });
  afterEach(() => {
    recorded.clear();
  });
  afterAll(() => recorded.stop());
  const parts = (...traceparents: (string | undefined)[]) =>
    traceparents.map((traceparent) => ({ name: 'write', parent: contextOf(traceparent) }));

  it('has a span in each, below its own parent, and each span leads to the others', async () => {
    const traceparents = await inSharedSpans(
      () => parts(sampled(), sampled(OTHER)),
      (own) => Promise.resolve([own(0), own(1)]),
    );
    const [first, second] = recorded.named('write');
    expect([first, second].map((span) => span?.spanContext().traceId)).toEqual([TRACE, OTHER]);
    expect([first, second].map((span) => span?.parentSpanContext?.spanId)).toEqual(Array(2).fill('00f067aa0ba902b7'));
    expect(first?.links.map(({ context }) => context)).toEqual([second?.spanContext()]);
    expect(second?.links.map(({ context }) => context)).toEqual([first?.spanContext()]);
    expect(traceparents.map((one) => one?.slice(36, 52))).toEqual(
      [first, second].map((one) => one?.spanContext().spanId),
    );
  });

  it('is recorded in the first that is sampled, whatever is active where it begins', async () => {
    await inNewTrace('of another', {}, () =>
      inSharedSpans(
        () => parts(unsampled, undefined, sampled(OTHER)),
        (own) =>
          inSpan('inner', {}, () => {
            expect([own(0), own(1)]).toEqual([undefined, undefined]);
            return Promise.resolve();
          }),
      ),
    );
    expect(recorded.named('write')).toHaveLength(1);
    expect(recorded.named('inner')[0]?.spanContext().traceId).toBe(OTHER);
  });

  it('is recorded nowhere when none is sampled', async () => {
    await inNewTrace('of another', {}, () =>
      inSharedSpans(
        () => parts(unsampled),
        () => inSpan('inner', {}, () => Promise.resolve()),
      ),
    );
    expect(recorded.spans.map(({ name }) => name)).toEqual(['of another']);
  });
});
