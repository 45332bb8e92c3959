import { context, ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';
import { errorTypeOf, failed, isTracing, startSpan, type SpanOptions } from './spans';
import { isSampled, traceparentOf } from './trace-context';

/** One part of work that is done together: its span, and where it stands in its own trace. */
export interface SharedPart extends Omit<SpanOptions, 'parent'> {
  readonly name: string;
  readonly parent: Context;
}

/** The `traceparent` of the span of a part; undefined for one that is not sampled. */
export type TraceparentOfPart = (index: number) => string | undefined;

const unsampled: TraceparentOfPart = () => undefined;

/**
 * Runs work that serves several traces at once, such as a batch, with one span in each of them. What `work` does itself is
 * recorded in the first of them, below its span, which has a link to each of the others; those have a link to it.
 */
export async function inSharedSpans<T>(
  parts: () => readonly SharedPart[],
  work: (traceparentOfPart: TraceparentOfPart) => Promise<T>,
): Promise<T> {
  if (!isTracing()) return work(unsampled);
  const spans = parts().map((part) =>
    isSampled(trace.getSpanContext(part.parent)) ? startSpan(part.name, part, part.parent) : undefined,
  );
  const [first, ...others] = spans.filter((span) => span !== undefined);
  link(first, others);
  // The root rather than what is active: that belongs to the first caller, perhaps of long ago.
  const where = first ? trace.setSpan(ROOT_CONTEXT, first) : ROOT_CONTEXT;
  try {
    return await context.with(where, () =>
      work((index) => {
        const span = spans[index];
        return span && traceparentOf(span.spanContext());
      }),
    );
  } catch (error) {
    for (const span of spans) if (span) failed(span, errorTypeOf(error));
    throw error;
  } finally {
    for (const span of spans) span?.end();
  }
}

function link(first: Span | undefined, others: readonly Span[]): void {
  for (const other of others) {
    first?.addLink({ context: other.spanContext() });
    if (first) other.addLink({ context: first.spanContext() });
  }
}
