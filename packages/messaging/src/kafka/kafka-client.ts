import { Kafka, logLevel, type KafkaConfig, type LogEntry } from 'kafkajs';
import type { Log } from '../log';
import type { KafkaSecurity } from './kafka-security';
import './kafkajs-fetch-decoding';
import './kafkajs-idle-poll.patch';

export interface KafkaSettings {
  readonly brokers: readonly string[];
  /** Shown in the broker's own log. */
  readonly clientId: string;
  readonly log: Log;
  /** TLS and credentials; without it connections are plain. */
  readonly security?: KafkaSecurity;
}

/** A kafkajs client that logs by our logger. */
export function createKafkaClient(settings: KafkaSettings, retry: NonNullable<KafkaConfig['retry']>): Kafka {
  return new Kafka({
    ...settings.security,
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    retry,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      writeEntry(settings.log, entry);
    },
  });
}

/** kafkajs logs errors that our own retries handle (an unavailable broker): useful when debugging, noise otherwise. */
function writeEntry(
  log: Log,
  { namespace, log: { message, logger: _logger, timestamp: _timestamp, ...rest } }: LogEntry,
): void {
  log.debug({ kafkajs: namespace, ...rest }, message);
}
