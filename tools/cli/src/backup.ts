import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { backupsIn } from './backup/backup-folder';
import { takeBackup } from './backup/take-backup';
import { runCommand, UsageError } from './command';
import { commandLines } from './command-lines';
import { enginesInUse } from './engines-in-use';
import { readEnvironment } from './environment';

const HELP = `Writes the databases of all services, as they are at one moment, into a file of a folder.

  npm run backup -- FOLDER
  npm run backup -- FOLDER --keep 14     remove all but the newest 14 of the folder afterwards

Works on the system that "npm start" runs, or on the engines that KAFKA_BROKERS and MONGO_URL name. A replica set goes on working meanwhile; on a
standalone MongoDB nothing may change for as long as the reading takes. "restore" reads the file.
`;

runCommand(HELP, async (args) => {
  const { folder, keep } = commandLines.backup(args);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new UsageError(`There is no folder ${folder}; make it first.`);

  const settings = readEnvironment();
  const { file, documents } = await takeBackup(folder, await enginesInUse(settings), settings);
  process.stdout.write(`${file}: ${String(documents)} documents, ${String(statSync(file).size)} bytes.\n`);
  const old = keep === undefined ? [] : backupsIn(readdirSync(folder)).slice(keep);
  for (const name of old) rmSync(join(folder, name));
  if (old.length > 0) process.stdout.write(`Removed ${String(old.length)} older.\n`);
});
