import type { Clock, Logger, ServiceMetrics } from '@rentalbook/service-kit';
import type { RouterSettings } from '../environment';
import { openAnswerCache, type AnswerCache } from './answer-cache';
import type { TailedTopic } from './topic-tail';

interface CacheDependencies {
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
}

/** The cache, where it is switched on; the router does not wait for Kafka, and without it the cache serves nothing. */
export async function openCache(
  settings: RouterSettings,
  { logger, metrics, clock }: CacheDependencies,
): Promise<AnswerCache | undefined> {
  if (settings.CACHE === 'off') return undefined;
  const cache = openAnswerCache({
    ...{ logger, clock, maxBytes: settings.CACHE_BYTES },
    topic: await kafkaTopic(settings, logger),
    onResult(target, result) {
      metrics.count('cache_lookups', { target, result });
    },
    onInvalidated(count) {
      metrics.count('cache_invalidations', {}, count);
    },
  });
  metrics.gauge('cache_bytes', () => cache.bytes().parts, { cache: 'parts' });
  metrics.gauge('cache_bytes', () => cache.bytes().answers, { cache: 'answers' });
  metrics.gauge('cache_tail_live', () => (cache.isLive() ? 1 : 0));
  return cache;
}

async function kafkaTopic(settings: RouterSettings, log: Logger): Promise<TailedTopic> {
  // Not loaded by a router without the cache.
  const { createTopicReader, kafkaSecurityOf, tailMessages } = await import('@rentalbook/messaging');
  const kafka = {
    ...{ brokers: settings.KAFKA_BROKERS ?? [], clientId: 'router', log, security: kafkaSecurityOf(settings) },
    topic: settings.KAFKA_TOPIC,
  };
  const reader = createTopicReader(kafka);
  return { ...reader, open: (handlers) => tailMessages({ ...kafka, fromNow: true, ...handlers }) };
}
