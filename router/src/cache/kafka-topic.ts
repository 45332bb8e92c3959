import type { Logger } from '@rentalbook/service-kit';
import { createTopicReader, kafkaSecurityOf, tailMessages } from '@rentalbook/messaging';
import type { RouterSettings } from '../environment';
import type { TailedTopic } from './topic-tail';

/** The topic of the events, as the cache follows it. No connection is made before it is opened. */
export function kafkaTopic(settings: RouterSettings, log: Logger): TailedTopic {
  const kafka = {
    ...{ brokers: settings.KAFKA_BROKERS ?? [], clientId: 'router', log, security: kafkaSecurityOf(settings) },
    topic: settings.KAFKA_TOPIC,
  };
  const reader = createTopicReader(kafka);
  return { ...reader, open: (handlers) => tailMessages({ ...kafka, fromNow: true, ...handlers }) };
}
