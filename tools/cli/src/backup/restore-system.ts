import { DOCUMENT_VERSION } from '@rentalbook/aggregate-store';
import { kafkaSecurityOf, withTopicAdmin } from '@rentalbook/messaging';
import { connectDatabase, mongoSecurityOf } from '@rentalbook/mongo';
import { UsageError } from '../command';
import type { EnginesInUse } from '../engines-in-use';
import type { LauncherSettings } from '../environment';
import { noopLogger } from '../noop-logger';
import { checkBackup } from './backup-file';
import { SERVICES } from './backup-format';
import { sendAgain } from './events-under-way';
import { databasesOf, restoreDatabases, servicesWithData } from './restore-databases';

const REACHABLE_WITHIN_MS = 5_000;

type Prefixes = Pick<LauncherSettings, 'KAFKA_GROUP_PREFIX' | 'MONGO_DATABASE_PREFIX'>;

export interface Restored {
  readonly header: Awaited<ReturnType<typeof checkBackup>>;
  /** Events that were under way at the moment of the backup. */
  readonly sent: number;
}

/** Throws {@link UsageError}, before anything is changed, while a service runs or something would be lost without consent. */
export async function restoreSystem(
  file: string,
  { brokers, topic, mongoUrl, security }: EnginesInUse,
  { KAFKA_GROUP_PREFIX: groupPrefix, MONGO_DATABASE_PREFIX: prefix }: Prefixes,
  mayReplace: boolean,
): Promise<Restored> {
  const header = await checkBackup(file, DOCUMENT_VERSION);
  const kafka = {
    brokers: brokers.split(','),
    clientId: 'restore',
    log: noopLogger,
    security: kafkaSecurityOf(security),
  };
  const names = SERVICES.map((service) => `${groupPrefix}${service}`);
  const isOurs = (group: string): boolean => names.includes(group) || group.startsWith(`${groupPrefix}mypage-v`);
  const connection = await connectDatabase(mongoUrl, `${prefix}book`, REACHABLE_WITHIN_MS, noopLogger, () =>
    mongoSecurityOf(security, mongoUrl),
  );
  try {
    const databaseOf = databasesOf(connection.getClient(), prefix);
    return await withTopicAdmin(kafka, { topic, isOurs }, async (admin) => {
      const busy = await admin.busyGroups();
      if (busy.length > 0)
        throw new UsageError(
          `${busy.join(', ')} still ${busy.length > 1 ? 'run' : 'runs'}; stop the services first: kubectl -n rentalbook scale deployment ${SERVICES.join(' ')} --replicas=0. Nothing was changed.`,
        );
      const records = await admin.records();
      const full = await servicesWithData(databaseOf);
      if (!mayReplace && (full.length > 0 || records > 0))
        throw new UsageError(
          `The databases of ${full.join(', ') || 'no service'} hold documents, and the topic ${String(records)} records, which a restore deletes; add --replace if they may be lost. Nothing was changed.`,
        );
      await admin.remove();
      await restoreDatabases(databaseOf, file);
      return { header, sent: await sendAgain(databaseOf) };
    });
  } finally {
    await connection.close();
  }
}
