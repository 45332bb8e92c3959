import { doubling, retry, systemClock, type Clock } from '@rentalbook/timing';
import { KafkaJSProtocolError, type Admin } from 'kafkajs';

/** Like kafkajs lists them: of each partition the first offset that is kept, and the one after the last message. */
export type TopicOffsets = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

export interface AdminConnection {
  /** Connects now instead of at the first use; throws when no broker answers. */
  open(): Promise<void>;
  use<Result>(work: (admin: Admin) => Promise<Result>): Promise<Result>;
  topicOffsets(topic: string): Promise<TopicOffsets>;
  close(): Promise<void>;
}

const LEADER_WITHIN_MS = 10_000;
const BACK_OFF = doubling({ first: 100, most: 1_000 });
const WITHOUT_LEADER = new Set(['LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']);

/**
 * A connection for what is asked about topics and groups, made again after a failure. Work that meets a partition without a leader, as
 * just after its topic was made, is done again on a new connection, for 10 s: kafkajs does not, and keeps the leaders that it knew.
 */
export function createAdminConnection(newAdmin: () => Admin, clock: Clock = systemClock): AdminConnection {
  let admin: Promise<Admin> | undefined;
  const connect = async (): Promise<Admin> => {
    const connecting = newAdmin();
    await connecting.connect();
    return connecting;
  };
  const close = async (): Promise<void> => {
    const closing = admin;
    admin = undefined;
    await (await closing?.catch(() => undefined))?.disconnect();
  };
  const attempt = async <Result>(work: (admin: Admin) => Promise<Result>): Promise<Result> => {
    const used = (admin ??= connect());
    try {
      return await work(await used);
    } catch (error) {
      // A connection that another caller made meanwhile stays open.
      if (admin === used) await close();
      throw error;
    }
  };
  const use: AdminConnection['use'] = (work) =>
    retry(() => attempt(work), {
      backOff: BACK_OFF,
      withinMs: LEADER_WITHIN_MS,
      isTransient: isWithoutLeader,
      clock,
    });
  return {
    use,
    open: () => use(() => Promise.resolve()),
    topicOffsets: (topic) => use((connected) => connected.fetchTopicOffsets(topic)),
    close,
  };
}

const isWithoutLeader = (error: unknown): boolean =>
  error instanceof KafkaJSProtocolError && WITHOUT_LEADER.has(error.type);
