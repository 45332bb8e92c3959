import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { runCommand } from './command';
import { commandLines } from './command-lines';
import { enginesInUse } from './engines-in-use';
import { ensureDevelopmentKeys } from './development-keys';
import { inheritedEnvironment, readEnvironment, type LauncherSettings } from './environment';
import { readRunning } from './running-file';
import { keyModeFor } from './service-keys';
import { unsignedEvents } from './unsigned-events';

const HELP = `Builds a service's read model anew from the events, beside the live one, and switches to it once both are the same.

  npm run rebuild -- mypage
  npm run rebuild -- mypage --verify-only           compare and report; never switch
  npm run rebuild -- mypage --accept-differences    say what differs, and switch all the same: the live page is wrong
  npm run rebuild -- mypage --drop-old              remove the versions that are no longer read

Works on the system that "npm start" runs, or on the engines that KAFKA_BROKERS and MONGO_URL name. Reading and writing
go on meanwhile. Differences are never accepted where members would lose what they have seen. Ctrl-C leaves the live page
as it is (exit 130). Progress goes to standard error. Exit 1: refused, or they differ.
`;
/** How the services of `npm start` check events, where the environment names no keys and no other brokers than theirs. */
async function checksOf(settings: LauncherSettings): Promise<NodeJS.ProcessEnv> {
  const { RENTALBOOK_DATA, NODE_ENV, KAFKA_BROKERS } = settings;
  const isTheirs = KAFKA_BROKERS === undefined || KAFKA_BROKERS === readRunning(RENTALBOOK_DATA)?.brokers;
  if (!isTheirs || inheritedEnvironment()['SERVICE_KEYS_DIR']) return {};
  const { services } = await ensureDevelopmentKeys(RENTALBOOK_DATA, keyModeFor(NODE_ENV));
  return { SERVICE_KEYS_DIR: services.publicDir, UNSIGNED_EVENTS: unsignedEvents(settings), NODE_ENV };
}

const PROGRAM = resolve(__dirname, '../../../subgraphs/mypage/dist/rebuild.js');

runCommand(HELP, async (args) => {
  const chosen = commandLines.rebuild(args);

  const settings = readEnvironment();
  const { brokers, mongoUrl, topic, security } = await enginesInUse(settings);
  const child = spawn(process.execPath, [PROGRAM, ...chosen], {
    env: {
      ...inheritedEnvironment(),
      ...security,
      ...(await checksOf(settings)),
      KAFKA_BROKERS: brokers,
      MONGO_URL: mongoUrl,
      KAFKA_TOPIC: topic,
    },
    // The child ends when this channel closes, also when this process is killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // The child cleans up, and this process waits for it; that Ctrl-C reaches it twice does no harm.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((done, failed) => {
    child.on('error', failed);
    child.on('exit', (code) => {
      done(code ?? 1);
    });
  });
});
