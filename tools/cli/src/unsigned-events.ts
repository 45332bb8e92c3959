import { readdirSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LauncherSettings } from './environment';

export type UnsignedEvents = 'accept' | 'refuse';

const mark = (dataDir: string): string => join(dataDir, 'kafka', 'signed-events');

/** Records that every event of a log will be signed, unless the log exists already. The embedded broker must not have started. */
export function markNewLog(dataDir: string): void {
  if (readdirSync(join(dataDir, 'kafka')).length === 0)
    writeFileSync(mark(dataDir), 'Every release that wrote this log signed its events: docs/adr/0040.\n');
}

/** The setting; else `accept` for an embedded log that an earlier release may have begun, and `refuse` for any other. */
export function unsignedEvents(
  settings: Pick<LauncherSettings, 'RENTALBOOK_DATA' | 'KAFKA_BROKERS' | 'UNSIGNED_EVENTS'>,
): UnsignedEvents {
  if (settings.UNSIGNED_EVENTS !== undefined) return settings.UNSIGNED_EVENTS;
  const isMarked = settings.KAFKA_BROKERS !== undefined || existsSync(mark(settings.RENTALBOOK_DATA));
  return isMarked ? 'refuse' : 'accept';
}
