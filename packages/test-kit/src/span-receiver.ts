import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const attributes = z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })).default([]);
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              startTimeUnixNano: z.string(),
              endTimeUnixNano: z.string(),
              attributes,
              links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
              events: z.array(z.looseObject({ name: z.string() })).default([]),
              status: z.looseObject({ code: z.number().optional(), message: z.string().optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** A span as it was sent. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for a span that began its trace. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** Milliseconds since the epoch, with fractions. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Everything of it that was sent, as JSON. */
  readonly text: string;
}

export interface SpanReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  spans(): readonly ReceivedSpan[];
  /** Whether it answers from now on that it is full, and takes nothing. */
  refuse(isFull: boolean): void;
  close(): Promise<void>;
}

/** Takes spans as a collector does: OTLP over HTTP, in JSON. */
export async function startSpanReceiver(): Promise<SpanReceiver> {
  const received: ReceivedSpan[] = [];
  let isFull = false;
  const server = createServer((incoming, response) => {
    json(incoming).then(
      (body) => {
        if (isFull) {
          response.writeHead(503).end();
          return;
        }
        received.push(...spansIn(body));
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      },
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans: () => received,
    refuse(isFullNow) {
      isFull = isFullNow;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function spansIn(body: unknown): ReceivedSpan[] {
  return request.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(plain(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...{ service, traceId: span.traceId, spanId: span.spanId, name: span.name, links: span.links },
        parentSpanId: span.parentSpanId === '' ? undefined : span.parentSpanId,
        startedAt: millisecondsOf(span.startTimeUnixNano),
        endedAt: millisecondsOf(span.endTimeUnixNano),
        attributes: plain(span.attributes),
        text: JSON.stringify(span),
      })),
    );
  });
}

const plain = (pairs: z.infer<typeof attributes>): Record<string, unknown> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));

const NANOSECONDS = 1_000_000;
const millisecondsOf = (nanoseconds: string): number => Number(nanoseconds) / NANOSECONDS;
