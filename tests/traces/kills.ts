import type { ReceivedSpan } from '@rentalbook/test-kit';

/** A process that was killed; what it had not sent is lost. Milliseconds since the epoch. */
export interface Kill {
  readonly service: string;
  readonly at: number;
}

/** Spans are sent so soon after their ends, on a machine that is busy. */
const UNSENT_MS = 1_000;
/** A rent waits for three seconds at most. */
const LONGEST_SPAN_MS = 3_500;

/** Whether a span of a service that was under way at an instant may have been in a process that was killed. */
export const isTakenAlong = (kills: readonly Kill[], service: string, at: number): boolean =>
  kills.some((kill) => kill.service === service && kill.at > at - UNSENT_MS && kill.at < at + LONGEST_SPAN_MS);

/** Whether the process of a span was killed before it may have sent those that ended with it. */
export const isLinkLost = (kills: readonly Kill[], { service, endedAt }: ReceivedSpan): boolean =>
  kills.some((kill) => kill.service === service && Math.abs(kill.at - endedAt) < UNSENT_MS);
