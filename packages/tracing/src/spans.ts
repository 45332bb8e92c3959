import {
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { contextOf, isSampled, traceparentOf } from './trace-context';

/** The tracer of all spans that this system makes itself; libraries have tracers of their own. */
export const TRACER = 'rentalbook';
/** Looked up each time, for a tracer keeps the provider that it found first. */
const tracer = () => trace.getTracer(TRACER);
/** Takes what is said of a span that is not recorded. */
const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

const state = { isOn: false };

/** Whether this process records spans at all; without it no function of this package costs more than this question. */
export const isTracing = (): boolean => state.isOn;

export function setTracing(isOn: boolean): void {
  state.isOn = isOn;
}

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** By default what is active. */
  readonly parent?: Context;
}

/** Runs `work` in a span of the sampled trace that its parent belongs to; without one, `work` alone. */
export function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  if (!state.isOn) return work(NO_SPAN);
  const parent = options.parent ?? context.active();
  if (!isSampled(trace.getSpanContext(parent))) return work(NO_SPAN);
  return within(startSpan(name, options, parent), work);
}

/** Runs `work` in a span that begins a trace, if the sampler takes it. */
export function inNewTrace<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  if (!state.isOn) return work(NO_SPAN);
  return within(startSpan(name, options, ROOT_CONTEXT), work);
}

/** A span of a caller's trace, or of a new one; the caller of this function ends it. */
export function startServerSpan(name: string, options: SpanOptions, traceparent: string | undefined): Span {
  return startSpan(name, options, contextOf(traceparent));
}

/** Runs `work` where `span` is active; where it is not recorded, as it is. */
export const whereActive = <T>(span: Span, work: () => T): T =>
  isSampled(span.spanContext()) ? context.with(trace.setSpan(ROOT_CONTEXT, span), work) : work();

export function startSpan(name: string, { kind, attributes }: SpanOptions, parent: Context): Span {
  return tracer().startSpan(name, { ...(kind !== undefined && { kind }), ...(attributes && { attributes }) }, parent);
}

async function within<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    return await whereActive(span, () => work(span));
  } catch (error) {
    failed(span, errorTypeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Records that what a span stands for failed, with a class of errors that has few values. */
export function failed(span: Span, errorType: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', errorType);
}

/** The code or the class of an error. Its message is left out, for it may hold personal data. */
export function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Whether a span is active here that is sent. */
export const isSampledHere = (): boolean => state.isOn && isSampled(trace.getSpanContext(context.active()));

/** A span of a call that ends in an event of a library, which ends it; undefined unless a sampled span is active. */
export const startClientSpan = (name: string, attributes: () => Attributes): Span | undefined =>
  isSampledHere() ? startSpan(name, { kind: SpanKind.CLIENT, attributes: attributes() }, context.active()) : undefined;

/** Records a step that takes no time of its own, and returns its place in the trace that `traceparent` names. */
export function recordStep(
  name: string,
  attributes: () => Attributes,
  traceparent: string | undefined,
): string | undefined {
  const parent = state.isOn ? contextOf(traceparent) : ROOT_CONTEXT;
  if (!isSampled(trace.getSpanContext(parent))) return traceparent;
  const span = startSpan(name, { attributes: attributes() }, parent);
  span.end();
  return traceparentOf(span.spanContext());
}

/** Adds attributes to the active span, where one is recorded. */
export function annotate(attributes: () => Attributes): void {
  if (state.isOn) trace.getActiveSpan()?.setAttributes(attributes());
}

/** Where this call stands in its trace. */
export const activeTrace = (): Context => (state.isOn ? context.active() : ROOT_CONTEXT);

/** What a log line carries of the active span, under the names of OpenTelemetry's log data model. */
export function traceFields(): Record<string, string> {
  const active = state.isOn ? trace.getSpanContext(context.active()) : undefined;
  return active ? { trace_id: active.traceId, span_id: active.spanId } : {};
}

/** A function that runs in the trace context of this call, also when it is called from another one. */
export const boundToTrace = <Args extends unknown[], Result>(
  work: (...args: Args) => Result,
): ((...args: Args) => Result) => (state.isOn ? context.bind(context.active(), work) : work);
