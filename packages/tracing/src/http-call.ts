import { SpanKind, type Span } from '@opentelemetry/api';
import { inSpan } from './spans';

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * How calls to another service are recorded: the returned function runs one of them in a span. A status is set by the call;
 * the headers have to be made inside of it, for they name the span as parent.
 */
export function callsTo(
  service: string,
  url: URL,
): <T>(call: (answered: (status: number) => void) => Promise<T>) => Promise<T> {
  const attributes = {
    'http.request.method': 'POST',
    'url.template': url.pathname,
    'server.address': url.hostname,
    'server.port': Number(url.port || DEFAULT_PORTS[url.protocol]),
    'peer.service': service,
  };
  const answeredOf = (span: Span) => (status: number) => {
    span.setAttribute('http.response.status_code', status);
  };
  return (call) =>
    inSpan(`POST ${url.pathname}`, { kind: SpanKind.CLIENT, attributes }, (span) => call(answeredOf(span)));
}
