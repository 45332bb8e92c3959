import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const SAMPLED = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f][13579bdf]$/;
const NOTHING = /^00-(0{32}-|[0-9a-f]{32}-0{16}-)/;

/** The W3C trace context that arrived, or the start of a new one: every event and log line of a request shares it. */
export function continueTrace(traceparent: string | undefined): string {
  if (traceparent && TRACEPARENT.test(traceparent) && !NOTHING.test(traceparent)) return traceparent;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

/** The id of the trace, when the context says that it is sampled: only then a trace can be found by it. */
export function sampledTraceIdOf(traceparent: string | undefined): string | undefined {
  // The last digit of the flags is odd.
  if (!traceparent || !SAMPLED.test(traceparent)) return undefined;
  return traceparent.slice(3, 35);
}
