import type { ReceivedSpan } from '@rentalbook/test-kit';
import type { Broken } from '../harness/broken';
import { isTakenAlong, type Kill } from './kills';
import { projectionsOf, sendingsOf, type TracedEvent } from './spans-of-events';

/** How far the clocks of two processes of one machine may be apart, as OpenTelemetry reads them. */
const CLOCKS_MS = 5;
const SAME = 'the event trail and the trace say the same';

/**
 * What is wrong with the way of one event: a projection that is below another event's sending, a step that began before the
 * one that it follows, so that the hops do not add up to the whole, or a time in the event trail that no span has.
 */
export function brokenHops(traced: TracedEvent, own: readonly ReceivedSpan[], kills: readonly Kill[]): Broken[] {
  const { event, publishedAt, appliedAt } = traced;
  const on = `${event.source} ${event.eventType}`;
  const byId = new Map(own.map((span) => [span.spanId, span]));
  const sendings = sendingsOf(event, own);
  const projections = projectionsOf(event, own);
  const ways = projections.flatMap((projected) => {
    const taken = byId.get(projected.parentSpanId ?? '');
    const sent = byId.get(taken?.parentSpanId ?? '');
    return taken && sent ? [{ projected, taken, sent }] : [];
  });
  return [
    ...ways
      .filter(({ sent }) => !sendings.includes(sent))
      .map(({ sent, taken }) => ({
        ...{ promise: 'a projection is below the sending of its event', on },
        found: `${taken.service} ${taken.name} is below ${sent.service} ${sent.name}`,
      })),
    ...ways.flatMap(({ projected, taken, sent }) =>
      backwardSteps({
        decided: Date.parse(event.timestamp),
        'being sent': sent.startedAt,
        'being taken': taken.startedAt,
        'being projected': projected.startedAt,
        projected: projected.endedAt,
        done: taken.endedAt,
      }).map((found) => ({ promise: 'the hops of an event add up to its way', on, found })),
    ),
    ...outside('published', publishedAt, sendings)
      .filter(() => !isTakenAlong(kills, event.source, Date.parse(publishedAt ?? '')))
      .map((found) => ({ promise: SAME, on, found })),
    ...outside(
      'applied',
      appliedAt,
      ways.map(({ projected, taken }) => ({ startedAt: projected.endedAt, endedAt: taken.endedAt })),
    )
      .filter(() => !isTakenAlong(kills, 'mypage', Date.parse(appliedAt ?? '')))
      .map((found) => ({ promise: SAME, on, found })),
  ];
}

function backwardSteps(times: Readonly<Record<string, number>>): string[] {
  const steps = Object.entries(times);
  return steps.flatMap(([name, at], place) => {
    const [before, since] = steps[place - 1] ?? [name, at];
    return at < since - CLOCKS_MS ? [`${name} ${(since - at).toFixed(1)} ms before ${before}`] : [];
  });
}

/** A time of the trail lies within one of the spans that recorded it, where any of them was sent. */
function outside(
  what: string,
  instant: string | null,
  spans: readonly Pick<ReceivedSpan, 'startedAt' | 'endedAt'>[],
): string[] {
  if (instant === null || spans.length === 0) return [];
  const at = Date.parse(instant);
  if (spans.some(({ startedAt, endedAt }) => at >= startedAt - CLOCKS_MS && at <= endedAt + CLOCKS_MS)) return [];
  const times = spans.map(
    ({ startedAt, endedAt }) => `${new Date(startedAt).toISOString()} to ${new Date(endedAt).toISOString()}`,
  );
  return [`${what} at ${instant}, and the spans are from ${times.join(', ')}`];
}
