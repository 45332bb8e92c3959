import { eventually as untilHolding } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import {
  Kafka,
  KafkaJSProtocolError,
  logLevel,
  Partitioners,
  type Admin,
  type Consumer,
  type ConsumerConfig,
  type ISocketFactory,
  type KafkaMessage,
  type Producer,
} from 'kafkajs';

const NOT_LED_YET: readonly string[] = [
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
];

/** The least that Kafka's brokers allow by default. */
export const SESSION_TIMEOUT_MS = 6_000;

export interface Received {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly message: KafkaMessage;
}

export interface MemberOptions {
  readonly groupId: string;
  readonly topic: string;
  readonly fromBeginning?: boolean;
  /** Called for each message before it counts as received. */
  readonly handle?: (received: Received) => Promise<void>;
  readonly config?: Partial<ConsumerConfig>;
  readonly kafka?: Kafka;
}

type Told = 'consumer.group_join' | 'consumer.heartbeat' | 'consumer.fetch_start' | 'consumer.fetch';

export interface Member {
  readonly consumer: Consumer;
  readonly received: readonly Received[];
  /** The partitions that the newest generation of the group gave to it. */
  partitions(): readonly number[];
  /** How often it emitted one of `consumer.events` since it began. */
  told(event: Told): number;
  leave(): Promise<void>;
}

export interface KafkaUnderTest {
  readonly brokers: readonly string[];
  readonly admin: Admin;
  readonly producer: Producer;
  /** Creates a topic and resolves once every partition is led. */
  createTopic(topic: string, partitions?: number, settings?: Readonly<Record<string, string>>): Promise<void>;
  /** A topic that no other test uses. */
  freshTopic(partitions?: number): Promise<string>;
  /** Sends texts to one partition, one request each. */
  send(topic: string, values: readonly string[], partition?: number): Promise<void>;
  /** Joins a group and resolves once partitions are assigned; members that are left over are gone with `close`. */
  join(options: MemberOptions): Promise<Member>;
  close(): Promise<void>;
}

export function createClient(brokers: readonly string[], socketFactory?: ISocketFactory): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId: 'features',
    logLevel: logLevel.NOTHING,
    requestTimeout: 5_000,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 10 },
    ...(socketFactory && { socketFactory }),
  });
}

export async function openKafka(brokers: readonly string[]): Promise<KafkaUnderTest> {
  const kafka = createClient(brokers);
  const admin = kafka.admin();
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
  });
  await Promise.all([admin.connect(), producer.connect()]);
  const members = new Set<Member>();
  // A broker may name a leader that does not know yet that it leads: what is sent to it then may be written twice.
  const isLed = async (topic: string): Promise<boolean> => {
    try {
      await admin.fetchTopicOffsets(topic);
      return true;
    } catch (error) {
      if (error instanceof KafkaJSProtocolError && NOT_LED_YET.includes(error.type)) return false;
      throw error;
    }
  };
  const createTopic: KafkaUnderTest['createTopic'] = async (topic, partitions = 1, settings = {}) => {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }], waitForLeaders: false });
    await untilHolding(() => isLed(topic), { what: `leaders of ${topic}` });
  };

  return {
    brokers,
    admin,
    producer,
    createTopic,
    async freshTopic(partitions = 1) {
      const topic = `features-${randomUUID()}`;
      await createTopic(topic, partitions);
      return topic;
    },
    async send(topic, values, partition = 0) {
      for (const value of values) await producer.send({ topic, messages: [{ partition, value }] });
    },
    async join(options) {
      const member = await joinGroup(options.kafka ?? kafka, options);
      members.add(member);
      return member;
    },
    async close() {
      await Promise.all([...members].map((member) => member.leave()));
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
  };
}

async function joinGroup(kafka: Kafka, options: MemberOptions): Promise<Member> {
  const { groupId, topic, fromBeginning = true, handle } = options;
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    rebalanceTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: 200,
    maxWaitTimeInMs: 200,
    allowAutoTopicCreation: false,
    ...options.config,
  });
  const received: Received[] = [];
  let partitions: readonly number[] = [];
  const told: Record<Told, number> = {
    'consumer.group_join': 0,
    'consumer.heartbeat': 0,
    'consumer.fetch_start': 0,
    'consumer.fetch': 0,
  };
  const { GROUP_JOIN, HEARTBEAT, FETCH_START, FETCH } = consumer.events;
  for (const event of [GROUP_JOIN, HEARTBEAT, FETCH_START, FETCH])
    consumer.on(event as typeof FETCH, () => {
      told[event] += 1;
    });
  const joined = new Promise<void>((resolve, reject) => {
    consumer.on(GROUP_JOIN, ({ payload }) => {
      partitions = payload.memberAssignment[topic] ?? [];
      resolve();
    });
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) reject(error);
    });
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const one = {
        partition,
        offset: Number(message.offset),
        key: message.key?.toString(),
        value: message.value?.toString(),
        message,
      };
      await handle?.(one);
      received.push(one);
    },
  });
  await joined;
  let left: Promise<void> | undefined;
  return {
    consumer,
    received,
    partitions: () => partitions,
    told: (event) => told[event],
    leave: () => (left ??= consumer.disconnect()),
  };
}

/** A way to the brokers that can be cut at once and for good, as when a machine loses power. */
export function severableWay(): { readonly socketFactory: ISocketFactory; sever(): void } {
  const sockets = new Set<Socket>();
  let severed = false;
  return {
    socketFactory: ({ host, port, onConnect }) => {
      const socket = connect({ host, port }, onConnect);
      sockets.add(socket);
      if (severed) socket.destroy(new Error('severed'));
      return socket;
    },
    sever() {
      severed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Waits for a condition that has a name. */
export const eventually = (what: string, condition: () => Promise<boolean> | boolean): Promise<true> =>
  untilHolding(condition, { what });

/** Kafka's name of the error that something was refused with, wherever kafkajs put it. */
export async function refusalOf(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) throw new Error('was not refused');
  const type = typeIn(error);
  if (type === undefined) throw new Error("was refused without one of Kafka's errors", { cause: error });
  return type;
}

function typeIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  const inner: unknown[] = [
    ...('errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : []),
    ...('groups' in error && Array.isArray(error.groups) ? (error.groups as unknown[]) : []),
    ...('partitions' in error && Array.isArray(error.partitions) ? (error.partitions as unknown[]) : []),
    ...('error' in error ? [error.error] : []),
    ...('cause' in error ? [error.cause] : []),
  ];
  return inner.map(typeIn).find((type) => type !== undefined);
}
