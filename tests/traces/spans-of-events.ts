import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { ReceivedSpan } from '@rentalbook/test-kit';

/** An event, and what the event trail has of it; instants are ISO 8601. */
export interface TracedEvent {
  readonly event: RentalbookEvent;
  readonly publishedAt: string | null;
  /** When MyPage applied it first. */
  readonly appliedAt: string | null;
}

const isOf = ({ source, sequence, key }: RentalbookEvent, { attributes }: ReceivedSpan): boolean =>
  attributes['rentalbook.event.source'] === source &&
  Number(attributes['rentalbook.event.sequence']) === sequence &&
  attributes['rentalbook.aggregate.key'] === key;

/** The spans in which an event was sent, each time that it was. */
export const sendingsOf = (event: RentalbookEvent, spans: readonly ReceivedSpan[]): ReceivedSpan[] =>
  spans.filter((span) => span.name === 'send rentalbook' && span.service === event.source && isOf(event, span));

/** The spans in which MyPage projected an event. */
export const projectionsOf = (event: RentalbookEvent, spans: readonly ReceivedSpan[]): ReceivedSpan[] =>
  spans.filter((span) => span.name === `project ${event.eventType}` && span.service === 'mypage' && isOf(event, span));
