import { context, INVALID_SPAN_CONTEXT, trace, type Span, type Tracer, type TracerProvider } from '@opentelemetry/api';
import { TRACER } from './spans';
import { isSampled } from './trace-context';

const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** Lets our own seams alone begin traces: what a library records of a request that is not sampled would be one of its own. */
export const ourRoots = (provider: TracerProvider): TracerProvider => ({
  getTracer(name, version, options) {
    const tracer = provider.getTracer(name, version, options);
    return name === TRACER ? tracer : belowOurs(tracer);
  },
});

function belowOurs(tracer: Tracer): Tracer {
  return {
    startSpan(name, options, parent = context.active()) {
      return isSampled(trace.getSpanContext(parent)) ? tracer.startSpan(name, options, parent) : NO_SPAN;
    },
    startActiveSpan(name: string, ...rest: unknown[]) {
      const work = rest.at(-1) as (span: Span) => unknown;
      if (!isSampled(trace.getSpanContext(context.active()))) return work(NO_SPAN);
      return Reflect.apply(tracer.startActiveSpan, tracer, [name, ...rest]) as unknown;
    },
  };
}
