import type { Logger } from '../logger';
import type { Store } from './store';

/** Removes what the TTL indexes say has expired. */
export function removeExpired(store: Store, now: number, logger: Logger): void {
  for (const collection of store.all()) {
    for (const spec of collection.indexes) {
      const expired = [...collection.expired(spec, now)];
      for (const document of expired) collection.remove(document);
      if (expired.length > 0) logger.debug(`${expired.length} documents of ${collection.namespace} expired`);
    }
  }
}
