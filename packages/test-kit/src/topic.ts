import type { EventOf, EventType, RentalbookEvent } from '@rentalbook/event-contracts';
import {
  createPublisher,
  deadLetterTopicOf,
  endOffsets,
  kafkaSecurityOf,
  tailEvents,
  tailMessages,
  type TopicMessage,
} from '@rentalbook/messaging';
import { eventually } from './eventually';
import type { System } from './system';

/** Without settings of a client it connects as one that the engines do not know. */
type Where = Pick<System, 'brokers' | 'topic'> & Partial<Pick<System, 'security'>>;
const noopLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // Tests check messages, not the logs of kafkajs.
}
const settingsOf = ({ brokers, topic, security = {} }: Where) => ({
  brokers: brokers.split(','),
  clientId: 'tests',
  security: kafkaSecurityOf(security),
  log: noopLogger,
  topic,
});

/** The events of a topic so far, and those that come. */
export interface EventLog {
  /** Everything read so far; one that was sent twice stands here twice. */
  readonly all: readonly RentalbookEvent[];
  /** The events of one book, each once, in the order in which they were first sent. */
  of(bookId: string): readonly RentalbookEvent[];
  /** The events of one type, each once: what a relay that was killed sends again is the same event. */
  named<Type extends EventType>(type: Type, bookId?: string): readonly EventOf<Type>[];
  close(): Promise<void>;
}

/** Reads the topic from its beginning, beside the services' consumer groups. */
export async function readEvents(where: Where): Promise<EventLog> {
  const all: RentalbookEvent[] = [];
  const once = new Map<string, RentalbookEvent>();
  const tail = await tailEvents({
    ...settingsOf(where),
    fromNow: false,
    onEvent: (event) => {
      all.push(event);
      if (!once.has(event.id)) once.set(event.id, event);
    },
  });
  return {
    all,
    of: (bookId) => [...once.values()].filter(({ key }) => key === bookId),
    named: <Type extends EventType>(type: Type, bookId?: string) =>
      [...once.values()].filter(
        (event): event is Extract<RentalbookEvent, EventOf<Type>> =>
          event.eventType === type && (bookId === undefined || event.key === bookId),
      ) as readonly EventOf<Type>[],
    close: () => tail.close(),
  };
}

/** Reads whatever the topic holds, from the beginning. */
export async function readMessages(where: Where): Promise<{ all: readonly TopicMessage[]; close(): Promise<void> }> {
  const all: TopicMessage[] = [];
  const tail = await tailMessages({ ...settingsOf(where), fromNow: false, onMessage: (one) => all.push(one) });
  return { all, close: () => tail.close() };
}

/** All messages of some keys that the topic holds now, in its order; fails when reading it takes longer than `withinMs`. */
export async function readMessagesOf(
  where: Where,
  keys: ReadonlySet<string>,
  withinMs: number,
): Promise<readonly TopicMessage[]> {
  const unread = new Map([...(await endOffsets(settingsOf(where)))].filter(([, end]) => end > 0));
  const ofKeys: TopicMessage[] = [];
  const onMessage = (one: TopicMessage): void => {
    // By offset, not by count: a batch that cannot be decoded is one message for all of its offsets.
    if (one.offset + 1 >= (unread.get(one.partition) ?? 0)) unread.delete(one.partition);
    if (one.key !== null && keys.has(one.key)) ofKeys.push(one);
  };
  const tail = await tailMessages({ ...settingsOf(where), fromNow: false, onMessage });
  try {
    await eventually(() => unread.size === 0, { withinMs, what: 'reading the topic' });
  } finally {
    await tail.close();
  }
  return ofKeys;
}

/** Reads the dead letters of a topic, from the beginning. */
export const tailDeadLetters = (where: Where) => readMessages({ ...where, topic: deadLetterTopicOf(where.topic) });

/** How many messages were ever written to the topic. */
export async function messageCount(where: Where): Promise<number> {
  return [...(await endOffsets(settingsOf(where))).values()].reduce((sum, end) => sum + end, 0);
}

/** Puts messages into the topic as they are, past every service, one after the other or so many in a request. */
export async function putMessages(
  where: Where,
  messages: readonly {
    readonly key: string;
    readonly value: string | Buffer | null;
    readonly headers?: Readonly<Record<string, string>>;
  }[],
  atOnce = 1,
): Promise<void> {
  const publisher = createPublisher(settingsOf(where));
  try {
    for (let start = 0; start < messages.length; start += atOnce)
      await publisher.publish(
        where.topic,
        messages.slice(start, start + atOnce).map((message) => ({ headers: {}, ...message })),
      );
  } finally {
    await publisher.close();
  }
}
