import type { KafkaSecuritySettings } from '@rentalbook/messaging';
import type { MongoSecuritySettings } from '@rentalbook/mongo';

/** How a service reaches Kafka and MongoDB; the same settings for embedded and real ones. */
export interface EngineSettings extends KafkaSecuritySettings, MongoSecuritySettings {
  readonly KAFKA_BROKERS: readonly string[];
  readonly KAFKA_TOPIC: string;
  readonly KAFKA_TOPIC_PARTITIONS: number;
  readonly KAFKA_TOPIC_REPLICATION: number;
  readonly KAFKA_GROUP_PREFIX: string;
  readonly MONGO_URL: string;
  readonly MONGO_DATABASE_PREFIX: string;
  /** Milliseconds. */
  readonly ENGINES_WITHIN_MS: number;
}
