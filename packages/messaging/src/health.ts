import type { Admin } from 'kafkajs';
import { createKafkaClient, type KafkaSettings } from './kafka-client';

export interface KafkaHealth {
  /** Why Kafka cannot be used right now, or undefined when a broker answered. */
  check(): Promise<string | undefined>;
  close(): Promise<void>;
}

const ANSWER_WITHIN_MS = 1_500;

/** Asks a broker for the topic's metadata: it has to answer, a port that is open is not enough. */
export function createKafkaHealth(settings: KafkaSettings & { readonly topic: string }): KafkaHealth {
  const kafka = createKafkaClient(settings, { retries: 0 });
  let connected: Promise<Admin> | undefined;

  const connect = async (): Promise<Admin> => {
    const admin = kafka.admin();
    await admin.connect();
    return admin;
  };
  const abandon = async (): Promise<void> => {
    const admin = connected;
    connected = undefined;
    await admin
      ?.then((one) => one.disconnect())
      .catch((error: unknown) => {
        settings.log.debug({ err: error }, 'closing a broken admin client failed');
      });
  };
  const ask = async (): Promise<void> => {
    connected ??= connect();
    const admin = await connected;
    await admin.fetchTopicMetadata({ topics: [settings.topic] });
  };

  return {
    async check() {
      const deadline = deadlineOf(ANSWER_WITHIN_MS);
      try {
        await Promise.race([ask(), deadline.passed]);
        return undefined;
      } catch (error) {
        settings.log.debug({ err: error }, 'Kafka did not answer');
        void abandon();
        return 'Kafka does not answer';
      } finally {
        deadline.cancel();
      }
    },
    close: abandon,
  };
}

function deadlineOf(ms: number): { passed: Promise<never>; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(ms)} ms`));
    }, ms);
  });
  return {
    passed,
    cancel: () => {
      clearTimeout(timer);
    },
  };
}
