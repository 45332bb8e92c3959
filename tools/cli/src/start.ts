import { withoutPassword } from '@rentalbook/event-contracts/printable-text';
import { resolve } from 'node:path';
import { until } from '@rentalbook/timing';
import { runCommand, UsageError } from './command';
import { commandLines } from './command-lines';
import { claimDataFolder, emptyEngineFolders, withDataFolder } from './data-folder';
import { ensureDevelopmentKeys, issueDevelopmentToken } from './development-keys';
import { inheritedEnvironment, readEnvironment, type LauncherSettings } from './environment';
import { createLogLines } from './log-lines';
import { observationOf } from './observe/observation';
import { isPart } from './observe/parts';
import { NO_STACK, type Stack } from './observe/stack';
import { requirePorts } from './ports';
import { unreachable, untilAccepts } from './reachable';
import { untilReady, welcome } from './ready';
import { keyModeFor } from './service-keys';
import { createRunningFile, leftBehind } from './running-file';
import { seedCatalogue } from './seed-catalogue';
import { planSystem, type DevelopmentTokens, type SystemPlan } from './service-table';
import { onStopSignals } from './stop-signals';
import { createSupervisor } from './supervisor';
import { markNewLog, unsignedEvents } from './unsigned-events';

const HELP = `Starts rentalbook: the embedded engines, four subgraphs and the router.

  npm start
  npm start -- --fresh      begin anew: forget all books, reservations and rentals
  npm start -- --observe    with Jaeger, Prometheus and Alertmanager, as far as their executables are in PATH or OBSERVE_BIN_DIR

Settings are environment variables; docs/settings.md lists them. Stop with Ctrl-C.
`;
/** The repository, seen from tools/cli/dist. */
const ROOT = resolve(__dirname, '../../..');
const OLD_LOG =
  'events without a signature are applied, for a release before may have begun this data folder; end that with UNSIGNED_EVENTS=refuse npm start, or begin anew with npm start -- --fresh';
const SERVICES_STOP_WITHIN_MS = 7_000;
const ENGINES_STOP_WITHIN_MS = 2_000;
const STACK_STOPS_WITHIN_MS = 5_000;
/** Services that lost their launcher end within 8 s, and the engines within 10 s. */
const LEFT_BEHIND_FOR_MS = 20_000;

runCommand(HELP, async (args) => {
  const startedAt = performance.now();
  process.title = 'rentalbook-start';
  const values = commandLines.start(args);
  const read = readEnvironment();
  const observation = values.observe ? observationOf(read, inheritedEnvironment()['PATH'] ?? '') : undefined;
  const settings = observation?.settings ?? read;
  if (values.fresh && (settings.KAFKA_BROKERS ?? settings.MONGO_URL) !== undefined)
    throw new UsageError(
      '--fresh begins anew on the embedded engines; leave it out, or unset KAFKA_BROKERS and MONGO_URL, or empty those yourself.',
    );
  const data = settings.RENTALBOOK_DATA;
  claimDataFolder(data);
  await untilNothingIsLeftBehind(data);
  await requirePorts(settings, observation?.ports);

  const keys = await ensureDevelopmentKeys(data, keyModeFor(settings.NODE_ENV));
  const tokens = {
    member: await issueDevelopmentToken(data, { memberId: 'alice', name: 'Alice' }),
    secondMember: await issueDevelopmentToken(data, { memberId: 'bob', name: 'Bob' }),
    librarian: await issueDevelopmentToken(data, { memberId: 'libby', name: 'Libby', roles: ['librarian'] }),
  };
  await requireEngines(settings);
  const stack = withDataFolder(data, () => {
    if (values.fresh) emptyEngineFolders(data);
    markNewLog(data);
    return observation?.plan(ROOT) ?? NO_STACK;
  });

  const plan = planSystem(ROOT, settings, keys, tokens);
  await run(settings, plan, { tokens, startedAt, stack, sentences: observation?.missing ?? [] });
});

interface Occasion {
  readonly tokens: DevelopmentTokens;
  readonly startedAt: number;
  readonly stack: Stack;
  /** What the user should know before anything else. */
  readonly sentences: readonly string[];
}

async function run(
  settings: LauncherSettings,
  plan: SystemPlan,
  { tokens, startedAt, stack, sentences }: Occasion,
): Promise<void> {
  const url = `http://localhost:${String(settings.PORT)}/graphql`;
  const log = createLogLines(process.stdout);
  const ending = new AbortController();
  let ready = false;
  const warn = (message: string): void => {
    log.print('start', 'warn', message);
  };
  const running = createRunningFile(
    settings.RENTALBOOK_DATA,
    () => ({ ...addressesOf(settings, plan), url, ready, pids: pids() }),
    warn,
  );
  const note = (): void => {
    if (!ending.signal.aborted) running.write();
  };
  const stop = async (exitCode: number): Promise<void> => {
    if (ending.signal.aborted) return;
    ending.abort();
    await supervisor.stop([
      { programs: plan.services, withinMs: SERVICES_STOP_WITHIN_MS },
      { programs: plan.engines, withinMs: ENGINES_STOP_WITHIN_MS },
    ]);
    // Last, for it takes the services' last spans.
    await watchers.stop([{ programs: stack.programs, withinMs: STACK_STOPS_WITHIN_MS }]);
    running.remove();
    process.exit(exitCode);
  };
  const supervisor = createSupervisor({
    log,
    env: { ...inheritedEnvironment(), ...stack.env },
    onStarted: note,
    // A bug with one message may end a service several times in a row, until the message's key is parked.
    mayGiveUp: () => !ready,
    onHopeless: ({ name }, lastWords) => {
      process.stderr.write(`${name} does not start: ${lastWords}\n`);
      void stop(1);
    },
  });
  // The system does without them: what cannot start is left out.
  const watchers = createSupervisor({
    log,
    env: inheritedEnvironment(),
    onStarted: note,
    mayGiveUp: () => true,
    onHopeless: ({ name }, lastWords) => {
      warn(`${name} does not start, and is left out: ${lastWords}`);
    },
  });
  const pids = (): Readonly<Record<string, number>> => ({ ...supervisor.pids(), ...watchers.pids() });
  const requestStop = onStopSignals({
    stop(reason) {
      log.print('start', 'info', `${reason}: stopping; press Ctrl-C again to end at once`);
      void stop(0);
    },
    endAtOnce() {
      supervisor.killAll();
      watchers.killAll();
      running.remove();
      process.exit(130);
    },
  });
  onClosedOutput(() => {
    requestStop('the output is closed');
  });

  if (settings.UNSIGNED_EVENTS === undefined && unsignedEvents(settings) === 'accept') warn(OLD_LOG);
  for (const sentence of sentences) warn(sentence);
  watchers.start(stack.programs);
  await startSystem(supervisor, plan, ending.signal, warn);
  if (ending.signal.aborted) return;
  ready = true;
  note();
  const router = { url, hasIde: settings.NODE_ENV !== 'production' };
  process.stdout.write(welcome(router, tokens, performance.now() - startedAt, stack.links));
  await seed(url, tokens.librarian, (level, message) => {
    log.print('start', level, message);
  });
}

/** Starts the engines, then the services; resolves when all are ready, or the start is given up. */
async function startSystem(
  supervisor: Pick<ReturnType<typeof createSupervisor>, 'start'>,
  { engines, services }: SystemPlan,
  ending: AbortSignal,
  warn: (message: string) => void,
): Promise<void> {
  supervisor.start(engines);
  await Promise.all(engines.map(({ port }) => untilAccepts(port, ending)));
  supervisor.start(services);
  await untilReady(services, ending, warn);
}

const addressesOf = ({ KAFKA_TOPIC: topic }: LauncherSettings, { brokers, embedded, mongoUrl }: SystemPlan) => ({
  ...{ brokers, topic, embedded: [...embedded] },
  // The commands that need the password have it from the same setting.
  mongoUrl: withoutPassword(mongoUrl),
});

/** Only a closed output ends the launcher; a full disk is transient. */
function onClosedOutput(end: () => void): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO') end();
  });
}

async function seed(url: string, librarian: string, print: (level: string, message: string) => void): Promise<void> {
  try {
    const added = await seedCatalogue(url, librarian);
    if (added > 0) print('info', `added ${String(added)} books to the empty catalogue`);
  } catch (error) {
    print('warn', `the catalogue stays as it is: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A launcher that was killed leaves its programs to end by themselves; until then they hold the ports and the files. */
async function untilNothingIsLeftBehind(data: string): Promise<void> {
  const first = leftBehind(data);
  if (first.length === 0) return;
  process.stderr.write(`Waiting for ${namesOf(first)} of the launcher before, which was killed …\n`);
  // Programs that are not ours do not see that their launcher is gone.
  for (const { pid } of first.filter(({ name }) => isPart(name))) endIfThere(pid);
  const nothing = (): true | undefined => leftBehind(data).length === 0 || undefined;
  if (!(await until(nothing, { every: 100, withinMs: LEFT_BEHIND_FOR_MS })))
    throw new UsageError(`${namesOf(leftBehind(data))} of the launcher before still run; end them, then start again.`);
}

function namesOf(programs: ReturnType<typeof leftBehind>): string {
  return programs.map(({ name }) => name).join(', ');
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    // It ended meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function requireEngines({ KAFKA_BROKERS, MONGO_URL }: LauncherSettings): Promise<void> {
  const faults = await Promise.all([
    KAFKA_BROKERS === undefined ? undefined : unreachable('Kafka', 'KAFKA_BROKERS', KAFKA_BROKERS),
    MONGO_URL === undefined ? undefined : unreachable('MongoDB', 'MONGO_URL', MONGO_URL),
  ]);
  const known = faults.filter((fault) => fault !== undefined);
  if (known.length > 0) throw new UsageError(known.join('\n'));
}
