import type { Context, ContextManager } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';

/**
 * The active context, kept through asynchronous calls only while spans of this process are under way. Node pays for an
 * AsyncLocalStorage with every promise, in all requests, from its first use until it is disabled; where one request in a
 * hundred is sampled, the others do not pay.
 */
export class SampledContextManager extends AsyncLocalStorageContextManager implements ContextManager {
  private underWay = 0;

  readonly processor: SpanProcessor = {
    onStart: (span) => {
      if (beginsHere(span)) this.underWay += 1;
    },
    onEnd: (span) => {
      if (!beginsHere(span)) return;
      this.underWay -= 1;
      if (this.underWay === 0) this.disable();
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };

  override with<Args extends unknown[], Fn extends (...args: Args) => ReturnType<Fn>>(
    active: Context,
    fn: Fn,
    thisArg?: ThisParameterType<Fn>,
    ...args: Args
  ): ReturnType<Fn> {
    if (this.underWay > 0) return super.with(active, fn, thisArg, ...args);
    return fn.apply(thisArg, args);
  }
}

/** Whether a span is the first one of its trace in this process. */
const beginsHere = ({ parentSpanContext }: Pick<ReadableSpan, 'parentSpanContext'>): boolean =>
  parentSpanContext === undefined || parentSpanContext.isRemote === true;
