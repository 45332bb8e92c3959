import type { Log, Metrics, TopicReader } from '@rentalbook/messaging';

interface LostDatabaseReportOptions {
  readonly service: string;
  readonly database: string;
  readonly reader: Pick<TopicReader, 'readBy'>;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Reports a database without a past beside a consumer group with one: what the group read is missing from it. */
export function createLostDatabaseReport({ service, database, reader, log, metrics }: LostDatabaseReportOptions) {
  return async (groupId: string): Promise<void> => {
    const read = await reader.readBy(groupId).catch((error: unknown) => {
      log.warn({ err: error, groupId }, 'what the consumer group of a new database has read is not known');
      return 0;
    });
    if (read === 0) return;
    metrics.count('engine_losses', { kind: 'database_new' });
    log.error(
      { database, groupId, read },
      `the database ${database} of ${service} is new, but its consumer group ${groupId} has read ${String(read)} events: MongoDB lost the database or is another server; restore its backup, or see "MongoDB lost a database" in docs/trouble.md`,
    );
  };
}
