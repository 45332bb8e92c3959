import { context, ROOT_CONTEXT, trace, TraceFlags, type Context, type SpanContext } from '@opentelemetry/api';
import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const ZEROS = /^0+$/;

/**
 * The W3C trace context that arrived, or a new one. Every event and log line of a request has its trace id, also while no
 * spans are recorded; the new one is not sampled, for no span of it exists.
 */
export function continueTrace(traceparent: string | undefined): string {
  if (traceparent !== undefined && spanContextIn(traceparent)) return traceparent;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}

/** The trace id of a `traceparent` that {@link continueTrace} or {@link currentTraceparent} returned. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

/** For the header of a request or a message. */
export const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** The span that is active here; undefined where none is recorded. */
export function currentTraceparent(): string | undefined {
  const active = trace.getSpanContext(context.active());
  return active && traceparentOf(active);
}

/** The context with the span that a `traceparent` names as its parent; the root where it names none. */
export function contextOf(traceparent: string | undefined): Context {
  const remote = traceparent === undefined ? undefined : spanContextIn(traceparent);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true }) : ROOT_CONTEXT;
}

/** The id of the trace, where it is sampled: only such a trace can be found by it. */
export function sampledTraceIdOf(traceparent: string | undefined): string | undefined {
  const span = traceparent === undefined ? undefined : spanContextIn(traceparent);
  return isSampled(span) ? span.traceId : undefined;
}

export const isSampled = (span: SpanContext | undefined): span is SpanContext =>
  span !== undefined && (span.traceFlags & TraceFlags.SAMPLED) !== 0;

function spanContextIn(traceparent: string): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent) ?? [];
  if (ZEROS.test(traceId) || ZEROS.test(spanId) || flags === '') return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED };
}
