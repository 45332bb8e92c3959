import type { ReceivedSpan } from '@rentalbook/test-kit';
import type { Broken } from '../harness/broken';
import { brokenHops } from './hops';
import { isLinkLost, isTakenAlong, type Kill } from './kills';
import { projectionsOf, sendingsOf, type TracedEvent } from './spans-of-events';

/** What followed from one command, which was sent in a trace of its own. */
export interface TracedCommand {
  readonly trace: string;
  readonly events: readonly TracedEvent[];
}

export interface Connectedness {
  readonly broken: readonly Broken[];
  /** Traces in which every span leads to the request, and every event to its projection. */
  readonly whole: number;
  /** Traces that lack a span which was in a process that was killed, but neither the request nor a projection. */
  readonly torn: number;
  /** Traces that lack one of these two for that reason. */
  readonly cut: number;
  readonly events: number;
}

/** The id of the span that a client of the harness names as the parent of its request. */
export const CLIENT_SPAN = '0000000000000001';

/** A span that should be there: of which service, and when it was under way, in milliseconds since the epoch. */
interface Hole extends Broken {
  readonly service: string;
  readonly at: number;
}

/**
 * Holds the spans of each command against what followed from it: every span is below the request, each event was sent and
 * projected in the trace, and the times of its way come in their order. A hole is allowed where a process that was killed
 * took the span with it.
 */
export function connectednessOf(
  commands: readonly TracedCommand[],
  spans: readonly ReceivedSpan[],
  kills: readonly Kill[],
): Connectedness {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const byTrace = new Map<string, ReceivedSpan[]>();
  for (const span of spans) byTrace.set(span.traceId, [...(byTrace.get(span.traceId) ?? []), span]);
  const broken: Broken[] = [];
  let [torn, cut] = [0, 0];
  for (const { trace, events } of commands) {
    const own = byTrace.get(trace) ?? [];
    const ends = [...missingRoot(own), ...missingProjections(own, events)];
    const holes = [...ends, ...missingParents(own, events), ...missingSendings(own, events)];
    const lostLinks = own.flatMap((span) => linksWithoutReturn(span, byId, kills));
    const found = [
      ...holes.filter(({ service, at }) => !isTakenAlong(kills, service, at)),
      ...events.flatMap((event) => brokenHops(event, own, kills)),
      ...lostLinks,
    ];
    broken.push(...found.map(({ promise, on, found }) => ({ promise, on: `${trace}: ${on}`, found })));
    if (ends.length > 0) cut += 1;
    else if (holes.length > 0) torn += 1;
  }
  return {
    ...{ broken, torn, cut, whole: commands.length - torn - cut },
    events: commands.reduce((sum, { events }) => sum + events.length, 0),
  };
}

function missingRoot(own: readonly ReceivedSpan[]): Hole[] {
  if (own.some(({ service, parentSpanId }) => service === 'router' && parentSpanId === CLIENT_SPAN)) return [];
  return [
    {
      ...{ promise: 'a trace begins with the request', on: 'router', service: 'router' },
      found: `${String(own.length)} spans, and none of the request`,
      at: Math.min(...own.map(({ startedAt }) => startedAt)),
    },
  ];
}

function missingParents(own: readonly ReceivedSpan[], events: readonly TracedEvent[]): Hole[] {
  const ids = new Set(own.map(({ spanId }) => spanId));
  return own
    .filter(({ parentSpanId }) => parentSpanId !== CLIENT_SPAN && !ids.has(parentSpanId ?? ''))
    .map((span) => ({
      promise: 'every span leads to the request',
      on: `${span.service} ${span.name}`,
      found: `its parent ${String(span.parentSpanId)} is not in the trace`,
      service: ownerOfParent(span),
      at: underWayAt(span, events),
    }));
}

/** Which service made the parent of a span, as far as its name says. */
function ownerOfParent({ service, name, attributes }: ReceivedSpan): string {
  if (name === 'process rentalbook') return String(attributes['rentalbook.event.source']);
  if (name === 'POST /graphql' && service !== 'router') return 'router';
  return name === 'POST /internal/returns' && service === 'reserve' ? 'rental' : service;
}

/** When the parent of a span was under way: what waits in an outbox or a topic goes on long after it. */
function underWayAt(span: ReceivedSpan, events: readonly TracedEvent[]): number {
  if (span.name !== 'send rentalbook' && span.name !== 'process rentalbook') return span.startedAt;
  const one = events.find(({ event }) => event.id === span.attributes['messaging.message.id']);
  if (!one) return span.startedAt;
  return Date.parse(
    span.name === 'process rentalbook' ? (one.publishedAt ?? one.event.timestamp) : one.event.timestamp,
  );
}

const missingSendings = (own: readonly ReceivedSpan[], events: readonly TracedEvent[]): Hole[] =>
  events
    .filter(({ event }) => sendingsOf(event, own).length === 0)
    .map(({ event, publishedAt }) => ({
      ...{ promise: 'an event is sent in its trace', on: `${event.source} ${event.eventType}` },
      ...{ found: 'no span of its sending', service: event.source, at: Date.parse(publishedAt ?? event.timestamp) },
    }));

const missingProjections = (own: readonly ReceivedSpan[], events: readonly TracedEvent[]): Hole[] =>
  events
    .filter(({ event }) => projectionsOf(event, own).length === 0)
    .map(({ event, appliedAt }) => ({
      ...{ promise: 'a trace goes on to the projection', on: `${event.source} ${event.eventType}` },
      ...{ found: 'no span of its projection', service: 'mypage', at: Date.parse(appliedAt ?? event.timestamp) },
    }));

/** Spans of work that was done together lead to each other. */
function linksWithoutReturn(
  span: ReceivedSpan,
  byId: ReadonlyMap<string, ReceivedSpan>,
  kills: readonly Kill[],
): Broken[] {
  return span.links.flatMap(({ spanId }) => {
    const other = byId.get(spanId);
    if (other?.links.some((back) => back.spanId === span.spanId) === true) return [];
    if (!other && isLinkLost(kills, span)) return [];
    const found = other ? `${other.name} has no link back` : `${spanId} was not sent`;
    return [{ promise: 'work for several traces is found from each', on: `${span.service} ${span.name}`, found }];
  });
}
