export { SpanKind, type Context, type Span } from '@opentelemetry/api';
export * from './http-call';
export * from './messaging-spans';
export * from './shared-spans';
export {
  activeTrace,
  annotate,
  boundToTrace,
  errorTypeOf,
  failed,
  inNewTrace,
  inSpan,
  isSampledHere,
  isTracing,
  recordStep,
  startClientSpan,
  startServerSpan,
  traceFields,
  whereActive,
  type SpanOptions,
} from './spans';
export { startTracing, switchedOn, type TracingSettings } from './start-tracing';
export {
  contextOf,
  continueTrace,
  currentTraceparent,
  sampledTraceIdOf,
  traceIdOf,
  traceparentOf,
} from './trace-context';
