import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand, UsageError } from './command';
import { ensureDevelopmentKeys, issueDevelopmentToken } from './development-keys';
import { inheritedEnvironment, readEnvironment, type LauncherSettings } from './environment';
import { createLogLines } from './log-lines';
import { isFree, unreachable, untilAccepts } from './reachable';
import { untilReady, welcome } from './ready';
import { claimDataFolder, removeRunning, writeRunning } from './running-file';
import { seedCatalogue } from './seed-catalogue';
import { planSystem, type DevelopmentTokens, type Program, type SystemPlan } from './service-table';
import { createSupervisor } from './supervisor';

const HELP = `Starts rentalbook: the embedded engines, four subgraphs and the router.

  npm start
  npm start -- --fresh      begin anew: forget all books, reservations and rentals

Settings are environment variables; the README lists them. Stop with Ctrl-C.
`;
/** The repository, seen from packages/launcher/dist. */
const ROOT = resolve(__dirname, '../../..');
const SERVICES_STOP_WITHIN_MS = 7_000;
const ENGINES_STOP_WITHIN_MS = 2_000;

runCommand(HELP, async (args) => {
  const startedAt = performance.now();
  process.title = 'rentalbook-start';
  const { values } = parseArgs({ args, options: { fresh: { type: 'boolean', default: false } } });
  const settings = readEnvironment();
  if (values.fresh && (settings.KAFKA_BROKERS ?? settings.MONGO_URL) !== undefined)
    throw new UsageError(
      '--fresh begins anew on the embedded engines; leave it out, or unset KAFKA_BROKERS and MONGO_URL, or empty those yourself.',
    );
  const data = settings.RENTALBOOK_DATA;
  mkdirSync(join(data, 'policy'), { recursive: true });
  claimDataFolder(data);

  const keys = await ensureDevelopmentKeys(data);
  const tokens = {
    member: await issueDevelopmentToken(data, { memberId: 'alice', name: 'Alice' }),
    secondMember: await issueDevelopmentToken(data, { memberId: 'bob', name: 'Bob' }),
    librarian: await issueDevelopmentToken(data, { memberId: 'libby', name: 'Libby', roles: ['librarian'] }),
  };
  const plan = planSystem(ROOT, settings, keys, tokens);
  await requireFreePorts([...plan.engines, ...plan.services]);
  await requireEngines(settings);
  if (values.fresh)
    for (const engine of ['kafka', 'mongo']) rmSync(join(data, engine), { recursive: true, force: true });

  await run(settings, plan, tokens, startedAt);
});

async function run(
  settings: LauncherSettings,
  plan: SystemPlan,
  tokens: DevelopmentTokens,
  startedAt: number,
): Promise<void> {
  const data = settings.RENTALBOOK_DATA;
  const url = `http://localhost:${String(settings.PORT)}/graphql`;
  const log = createLogLines(process.stdout);
  const ending = new AbortController();
  let ready = false;
  const note = (): void => {
    if (ending.signal.aborted) return;
    const { brokers, mongoUrl } = plan;
    writeRunning(data, {
      pid: process.pid,
      url,
      brokers,
      // The commands that need the password have it from the same setting.
      mongoUrl: mongoUrl.replace(/(\/\/[^@/:]*):[^@/]*@/, '$1@'),
      topic: settings.KAFKA_TOPIC,
      ready,
      pids: supervisor.pids(),
    });
  };
  const stop = async (exitCode: number): Promise<void> => {
    if (ending.signal.aborted) return;
    ending.abort();
    await supervisor.stop([
      { programs: plan.services, withinMs: SERVICES_STOP_WITHIN_MS },
      { programs: plan.engines, withinMs: ENGINES_STOP_WITHIN_MS },
    ]);
    removeRunning(data);
    process.exit(exitCode);
  };
  const supervisor = createSupervisor({
    log,
    env: inheritedEnvironment(),
    onStarted: note,
    // A bug that a message sets off may end a service several times in a row; it parks the message and goes on.
    mayGiveUp: () => !ready,
    onHopeless: ({ name }, lastWords) => {
      process.stderr.write(`${name} does not start: ${lastWords}\n`);
      void stop(1);
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

  let asked = 0;
  function onSignal(signal: NodeJS.Signals): void {
    asked += 1;
    if (asked === 1) {
      log.say('start', 'info', `${signal}: stopping everything; once more ends it at once`);
      void stop(0);
    } else if (signal === 'SIGINT') {
      supervisor.killAll();
      removeRunning(data);
      process.exit(130);
    }
  }

  supervisor.start(plan.engines);
  await Promise.all(plan.engines.map(({ port }) => untilAccepts(port, ending.signal)));
  supervisor.start(plan.services);
  await untilReady(plan.services, ending.signal, (message) => {
    log.say('start', 'warn', message);
  });
  if (ending.signal.aborted) return;
  ready = true;
  note();
  process.stdout.write(welcome(url, tokens, performance.now() - startedAt));
  await seed(url, tokens.librarian, (level, message) => {
    log.say('start', level, message);
  });
}

async function seed(url: string, librarian: string, say: (level: string, message: string) => void): Promise<void> {
  try {
    const added = await seedCatalogue(url, librarian);
    if (added > 0) say('info', `added ${String(added)} books to the empty catalogue`);
  } catch (error) {
    say('warn', `the catalogue stays as it is: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function requireFreePorts(programs: readonly Program[]): Promise<void> {
  const taken: Program[] = [];
  for (const program of programs) if (!(await isFree(program.port))) taken.push(program);
  if (taken.length === 0) return;
  throw new UsageError(
    taken
      .map(
        ({ port, portSetting }) =>
          `Port ${String(port)} (${portSetting}) is in use by another program; stop it or set ${portSetting}.`,
      )
      .join('\n'),
  );
}

async function requireEngines({ KAFKA_BROKERS, MONGO_URL }: LauncherSettings): Promise<void> {
  const faults = await Promise.all([
    KAFKA_BROKERS === undefined ? undefined : unreachable('Kafka', 'KAFKA_BROKERS', KAFKA_BROKERS),
    MONGO_URL === undefined ? undefined : unreachable('MongoDB', 'MONGO_URL', MONGO_URL),
  ]);
  const known = faults.filter((fault) => fault !== undefined);
  if (known.length > 0) throw new UsageError(known.join('\n'));
}
