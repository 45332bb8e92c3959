import {
  continueTrace,
  failed,
  isTracing,
  SpanKind,
  startServerSpan,
  traceparentOf,
  whereActive,
  type Span,
} from '@rentalbook/tracing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from '../process/logger';
import type { ServiceMetrics } from './metrics';

/** Asked every few seconds by whatever watches the process. */
const PROBES = ['/healthz', '/readyz'];
const spans = new WeakMap<FastifyRequest, Span>();

/** A server span for each request, which is active in its hooks and its handler. */
export function traceRequests(http: FastifyInstance): void {
  if (!isTracing()) return;
  http.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route !== undefined && PROBES.includes(route)) {
      done();
      return;
    }
    const attributes = { 'http.request.method': request.method, ...(route !== undefined && { 'http.route': route }) };
    const name = route === undefined ? request.method : `${request.method} ${route}`;
    const span = startServerSpan(name, { kind: SpanKind.SERVER, attributes }, traceparentHeader(request));
    spans.set(request, span);
    reply.raw.once('close', () => {
      span.setAttribute('http.response.status_code', reply.statusCode);
      if (reply.statusCode >= 500) failed(span, String(reply.statusCode));
      span.end();
    });
    whereActive(span, done);
  });
  // The body comes in events of the connection, where nothing is active.
  http.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) whereActive(span, done);
    else done();
  });
}

/** The trace context of a request: its own span, or its caller's while no spans are recorded. */
export function traceparentOfRequest(request: FastifyRequest): string {
  const span = spans.get(request);
  return span ? traceparentOf(span.spanContext()) : continueTrace(traceparentHeader(request));
}

function traceparentHeader({ headers }: FastifyRequest): string | undefined {
  const { traceparent } = headers;
  return Array.isArray(traceparent) ? traceparent[0] : traceparent;
}

/** Where tracing reports spans that are lost. */
export const reportTo = (log: Logger, metrics: ServiceMetrics) => ({
  log,
  countDropped: (reason: string, spans: number): void => {
    metrics.count('spans_dropped', { reason }, spans);
  },
});
