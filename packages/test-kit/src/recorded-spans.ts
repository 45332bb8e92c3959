import { contextOf, inSpan, switchedOn } from '@rentalbook/tracing';
import { processSpans } from '@rentalbook/tracing/sdk';

type Processor = Parameters<typeof processSpans>[1];
export type RecordedSpan = Parameters<Processor['onEnd']>[0];

export type SpanRecorder = ReturnType<typeof recordSpans>;

/** Records every span of this process that has ended, in the order of their ends, until it is stopped. */
export function recordSpans() {
  const spans: RecordedSpan[] = [];
  const processor: Processor = {
    onStart: () => undefined,
    onEnd: (span) => spans.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const tracing = switchedOn(processSpans('test', processor));
  return {
    spans: spans as readonly RecordedSpan[],
    named: (name: string): readonly RecordedSpan[] => spans.filter((span) => span.name === name),
    /** Runs `work` where a span of the trace that a `traceparent` names is active. */
    during: <T>(traceparent: string, work: () => Promise<T>): Promise<T> =>
      inSpan('request', { parent: contextOf(traceparent) }, work),
    clear: (): void => {
      spans.length = 0;
    },
    stop: tracing.stop,
  };
}
