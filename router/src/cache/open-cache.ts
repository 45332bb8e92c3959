import type { Logger, ServiceMetrics } from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import type { RouterSettings } from '../environment';
import { openAnswerCache, type AnswerCache } from './answer-cache';
import { kafkaTopic } from './kafka-topic';

interface CacheDependencies {
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
}

/** The cache, where it is switched on; the router does not wait for Kafka, and without it the cache serves nothing. */
export function openCache(
  settings: RouterSettings,
  { logger, metrics, clock }: CacheDependencies,
): AnswerCache | undefined {
  if (settings.CACHE === 'off') return undefined;
  const cache = openAnswerCache({
    ...{ logger, clock, maxBytes: settings.CACHE_BYTES },
    topic: kafkaTopic(settings, logger),
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
