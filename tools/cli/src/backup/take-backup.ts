import { DOCUMENT_VERSION } from '@rentalbook/aggregate-store';
import { VERSION } from '@rentalbook/observability/metrics';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EnginesInUse } from '../engines-in-use';
import type { LauncherSettings } from '../environment';
import { writeBackup } from './backup-file';
import { BACKUP_FORMAT, BACKUP_VERSION } from './backup-format';
import { nameAt } from './backup-folder';
import { connectToServices } from './databases';
import { readMoment } from './moment';

/** Writes a backup into the folder. Throws {@link UsageError} when there is no one moment to be read. */
export async function takeBackup(
  folder: string,
  engines: Pick<EnginesInUse, 'mongoUrl' | 'security'>,
  { MONGO_DATABASE_PREFIX: prefix }: Pick<LauncherSettings, 'MONGO_DATABASE_PREFIX'>,
): Promise<{ readonly file: string; readonly documents: number }> {
  const connection = await connectToServices(engines, prefix);
  const takenAt = new Date().toISOString();
  const file = join(folder, nameAt(new Date(takenAt)));
  const header = {
    ...{ format: BACKUP_FORMAT, version: BACKUP_VERSION, release: VERSION, documentVersion: DOCUMENT_VERSION },
    takenAt,
  };
  // Until it is known to be of one moment, also if this process is killed.
  const unfinished = `${file}.part`;
  let documents = 0;
  try {
    await readMoment(connection.getClient(), prefix, async (lines) => {
      documents = await writeBackup(unfinished, header, lines);
    });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    await connection.close();
  }
  return { file, documents };
}
