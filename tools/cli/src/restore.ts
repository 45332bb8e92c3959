import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { backupsIn } from './backup/backup-folder';
import { restoreSystem } from './backup/restore-system';
import { runCommand, UsageError } from './command';
import { commandLines } from './command-lines';
import { enginesInUse } from './engines-in-use';
import { readEnvironment } from './environment';

const HELP = `Puts the databases of all services back as a backup has them, and deletes the topic, whose newer events are of a time that is given up.

  npm run restore -- --list FOLDER            the backups of a folder, the newest first
  npm run restore -- FILE                     into empty databases
  npm run restore -- FILE --replace           also where databases or the topic hold something, which is lost
  npm run restore -- FOLDER --newest …        the newest backup of a folder

No service may run meanwhile. Events that were under way at the moment of the backup are sent again when the services start. Afterwards
"rebuild -- mypage --verify-only" compares the page with the events.

Works on the engines that KAFKA_BROKERS and MONGO_URL name.
`;

runCommand(HELP, async (args) => {
  const { place, list, newest, replace } = commandLines.restore(args);
  if (list) {
    const found = backupsOf(place);
    process.stdout.write(found.length === 0 ? 'There is no backup.\n' : `${found.join('\n')}\n`);
    return;
  }
  const file = newest ? newestOf(place) : place;
  const settings = readEnvironment();
  const { header, sent } = await restoreSystem(file, await enginesInUse(settings), settings, replace);
  process.stdout.write(
    `Restored ${String(header.documents)} documents of ${header.takenAt}, by release ${header.release}.\n` +
      `${String(sent)} events were under way then; the services send them when they start.\n` +
      'Start the services, then compare: rebuild mypage --verify-only.\n',
  );
});

function backupsOf(folder: string): readonly string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) throw new UsageError(`There is no folder ${folder}.`);
  return backupsIn(readdirSync(folder));
}

function newestOf(folder: string): string {
  const [newest] = backupsOf(folder);
  if (newest === undefined) throw new UsageError(`There is no backup in ${folder}; nothing was changed.`);
  return join(folder, newest);
}
