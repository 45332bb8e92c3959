import type { Engines } from '@rentalbook/service-kit/engines';
import { isStoreUnavailable } from '@rentalbook/mongo';
import type { Logger } from '@rentalbook/service-kit';
import { createPoller } from '@rentalbook/timing';
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
  const open = async (version: number) => {
    const page = readModelVersion(engines.connection, version);
    await page.prepare();
    const { close } = engines.subscribe((run) => lag.during(run, () => page.consume(run)), groupSuffixOf(version));
    return { page, close };
  };
  let current = await engines.prepare(async () => {
    await pointer.prepare();
    return open((await pointer.read()).active);
  });

  const followPointer = async (): Promise<void> => {
    const { active } = await pointer.read();
    if (active === current.page.version) return;
    const before = current;
    current = await open(active);
    logger.info({ version: active }, 'the page is served from another version');
    await before.close();
  };
  const poll = async (): Promise<number> => {
    try {
      await followPointer();
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      logger.debug({ err: error }, 'the version pointer could not be read; the page stays as it is');
    }
    return POLL_EVERY_MS;
  };
  const { start, stop } = createPoller(poll, { firstAfterMs: POLL_EVERY_MS });
  start();

  return { page: (): ReadModelVersion => current.page, stop };
}
