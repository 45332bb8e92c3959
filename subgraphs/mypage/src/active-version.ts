import type { Engines } from '@rentalbook/service-kit/engines';
import { isStoreUnavailable } from '@rentalbook/mongo';
import type { Logger } from '@rentalbook/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lag } from './lag';
import { groupSuffixOf, readModelVersion, type ReadModelVersion } from './projections/versions/read-model-version';
import { versionPointerIn } from './projections/versions/version-pointer';

const POLL_EVERY_MS = 1_000;

/**
 * Serves and updates the version of the read model that the pointer names, and follows the pointer. Each version has its own
 * consumer group: joining that of the new version continues exactly where its rebuild stopped, so that a switch loses and
 * repeats nothing.
 */
export async function followActiveVersion(engines: Engines, lag: Lag, logger: Logger) {
  const pointer = versionPointerIn(engines.connection);
  const stop = new AbortController();
  const open = async (version: number) => {
    const page = readModelVersion(engines.connection, version);
    await page.prepare();
    const { close } = engines.subscribe(
      (run) => lag.during(run[0]?.event.timestamp ?? '', () => page.consume(run)),
      groupSuffixOf(version),
    );
    return { page, close };
  };
  let current = await engines.prepare(async () => {
    await pointer.prepare();
    return open((await pointer.read()).active);
  });

  const follow = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await delay(POLL_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      try {
        const { active } = await pointer.read();
        if (active === current.page.version) continue;
        const before = current;
        current = await open(active);
        logger.info({ version: active }, 'the page is served from another version');
        await before.close();
      } catch (error) {
        if (!isStoreUnavailable(error)) throw error;
        logger.debug({ err: error }, 'the version pointer could not be read; the page stays as it is');
      }
    }
  };
  const following = follow();

  return {
    page: (): ReadModelVersion => current.page,
    async stop(): Promise<void> {
      stop.abort();
      await following;
    },
  };
}
