import { startEmbeddedMongo, type EmbeddedMongo } from '@rentalbook/embedded-mongo';
import { recordSpans, type RecordedSpan, type SpanRecorder } from '@rentalbook/test-kit/recorded-spans';
import { addBook, addCopies, newId, openCatalogue, unnamed, type Catalogue } from './catalogue-under-test';

const newTrace = (): string => newId().replaceAll('-', '');
const SPAN = '00f067aa0ba902b7';

describe('the trace of a command', () => {
  let mongo: EmbeddedMongo;
  let books: Catalogue;
  let recorded: SpanRecorder;
  beforeAll(async () => {
    recorded = recordSpans();
    mongo = await startEmbeddedMongo({ port: 0 });
    books = await openCatalogue({ url: mongo.url });
  });
  afterAll(async () => {
    await books.close();
    await mongo.close();
    await recorded.stop();
  });

  const spanOf = (traceId: string, name: string): RecordedSpan => {
    const [span] = recorded.named(name).filter((one) => one.spanContext().traceId === traceId);
    if (!span) throw new Error(`${name} was not recorded`);
    return span;
  };
  const parentOf = (span: RecordedSpan): string | undefined => span.parentSpanContext?.spanId;
  const idOf = (span: RecordedSpan): string => span.spanContext().spanId;

  /** Two commands of one book at once, each in a trace of its own, and the first pass of the relay after them. */
  async function twoTogether() {
    const bookId = newId();
    await books.store.execute(bookId, addBook, unnamed());
    books.store.outboxes.forget(bookId);
    const traces = [newTrace(), newTrace(), newTrace()];
    await Promise.all(
      traces.map((trace) =>
        recorded.during(`00-${trace}-${SPAN}-01`, () => books.store.execute(bookId, addCopies(1), unnamed())),
      ),
    );
    await books.newRelay().stop();
    const sent = books.sent.filter(({ key }) => key === bookId).slice(1);
    return { traces, sent };
  }

  it('goes on in the message of its event, though another one is written in the same write', async () => {
    const { traces, sent } = await twoTogether();
    for (const [index, trace] of traces.entries()) {
      const command = spanOf(trace, 'command AddCopies');
      const published = spanOf(trace, 'send rentalbook');
      expect(parentOf(spanOf(trace, 'write'))).toBe(idOf(command));
      expect(parentOf(published)).toBe(idOf(command));
      expect(sent[index]?.headers['traceparent']).toBe(`00-${trace}-${idOf(published)}-01`);
    }
  });

  it('has the queries that it causes, below what causes them, and no others', async () => {
    const { traces } = await twoTogether();
    // The first is written alone, the two that came meanwhile together, and without another load.
    const [first = '', second = ''] = traces;
    expect(parentOf(spanOf(first, 'aggregate aggregates'))).toBe(idOf(spanOf(first, 'write')));
    for (const trace of [first, second])
      expect(parentOf(spanOf(trace, 'update aggregates'))).toBe(idOf(spanOf(trace, 'write')));
    expect(recorded.spans.filter((span) => span.parentSpanContext === undefined)).toEqual([]);
  });
});
