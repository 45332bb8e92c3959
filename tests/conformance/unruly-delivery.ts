import type { RentalbookEvent } from '@rentalbook/event-contracts';
import type { Chance } from './chance';

const TIMES_SENT = 3;
const REPLAYS = 4;
/** How far a consumer that died may be set back, in messages. */
const UNCOMMITTED = 50;

/**
 * The log as a topic may hold it when relays crash and repeat themselves: every event three times, and in no order
 * between streams. Within a stream the first n stands before the first n+1, which is all that the relay promises.
 */
export function unruly(log: readonly RentalbookEvent[], chance: Chance): readonly RentalbookEvent[] {
  const streams = new Map<string, RentalbookEvent[]>();
  for (const event of log) {
    const name = `${event.source}/${event.key}`;
    const stream = streams.get(name);
    if (stream) stream.push(event);
    else streams.set(name, [event]);
  }
  const sendings = [...streams.values()].flatMap((stream) =>
    Array.from({ length: TIMES_SENT }, () => ({ stream, sent: 0 })),
  );
  const topic: RentalbookEvent[] = [];
  while (sendings.length > 0) {
    const at = chance.below(sendings.length);
    const sending = sendings[at];
    const event = sending?.stream[sending.sent];
    if (sending && event) {
      topic.push(event);
      sending.sent += 1;
    } else sendings.splice(at, 1);
  }
  return topic;
}

/** What befalls a consumer of a topic, one of it after each event that it was handed. */
export interface Consumer {
  handle(event: RentalbookEvent): void;
  /** Handles an event and dies before the checkpoint of its stream is moved. */
  handleAndDie(event: RentalbookEvent): void;
  /** Was frozen since it read its checkpoint for this event, and wakes up only now. */
  wakeUpWith(event: RentalbookEvent): void;
}

/** Reads a topic to its end, and on the way starts again from offsets that it had read before. */
export function deliver(topic: readonly RentalbookEvent[], consumer: Consumer, chance: Chance): void {
  let replaysLeft = REPLAYS;
  for (let offset = 0; offset < topic.length; offset += 1) {
    const event = topic[offset];
    if (!event) return;
    const mishap = chance.below(100);
    if (mishap === 0) {
      consumer.handleAndDie(event);
      offset -= 1 + chance.below(Math.min(offset + 1, UNCOMMITTED));
      continue;
    }
    consumer.handle(event);
    if (mishap === 1) consumer.wakeUpWith(topic[chance.below(offset + 1)] ?? event);
    if (replaysLeft > 0 && chance.onceIn(Math.ceil(topic.length / REPLAYS))) {
      replaysLeft -= 1;
      offset -= chance.below(offset + 1);
    }
  }
}
