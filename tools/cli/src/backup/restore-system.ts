import { DOCUMENT_VERSION } from '@rentalbook/aggregate-store';
import { kafkaSecurityOf, withTopicAdmin } from '@rentalbook/messaging';
import { subgraphs } from '../../../services';
import { UsageError } from '../command';
import type { EnginesInUse } from '../engines-in-use';
import type { LauncherSettings } from '../environment';
import { noopLogger } from '../noop-logger';
import { checkBackup } from './backup-file';
import { connectToServices, databasesOf } from './databases';
import { sendAgain } from './events-under-way';
import { restoreDatabases, servicesWithData } from './restore-databases';

type Prefixes = Pick<LauncherSettings, 'KAFKA_GROUP_PREFIX' | 'MONGO_DATABASE_PREFIX'>;

export interface Restored {
  readonly header: Awaited<ReturnType<typeof checkBackup>>;
  /** Events that were under way at the moment of the backup. */
  readonly sent: number;
}

/** Throws {@link UsageError}, before anything is changed, while a service runs or something would be lost without consent. */
export async function restoreSystem(
  file: string,
  engines: EnginesInUse,
  { KAFKA_GROUP_PREFIX: groupPrefix, MONGO_DATABASE_PREFIX: prefix }: Prefixes,
  mayReplace: boolean,
): Promise<Restored> {
  const header = await checkBackup(file, DOCUMENT_VERSION);
  const { brokers, topic, security } = engines;
  const kafka = {
    brokers: brokers.split(','),
    clientId: 'restore',
    log: noopLogger,
    security: kafkaSecurityOf(security),
  };
  const names = subgraphs.map((service) => `${groupPrefix}${service}`);
  const isOurs = (group: string): boolean => names.includes(group) || group.startsWith(`${groupPrefix}mypage-v`);
  const connection = await connectToServices(engines, prefix);
  try {
    const databaseOf = databasesOf(connection.getClient(), prefix);
    return await withTopicAdmin(kafka, { topic, isOurs }, async (admin) => {
      const busy = await admin.busyGroups();
      if (busy.length > 0)
        throw new UsageError(
          `${busy.join(', ')} still ${busy.length > 1 ? 'run' : 'runs'}; stop the services first: kubectl -n rentalbook scale deployment ${subgraphs.join(' ')} --replicas=0. Nothing was changed.`,
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
