import { operatorAccess, readRunning } from '@rentalbook/cli';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { newDataFolder } from './data-folder';
import { cleanEnvironment, realEngines, type Engines } from './environment';
import { eventually } from './eventually';
import { freePorts } from './free-ports';
import { LONG_LIMITS } from './long-limits';
import { services } from '../../../tools/services';

const ROOT = resolve(__dirname, '../../..');
const START = join(ROOT, 'tools/cli/bin/start.mjs');
/** Milliseconds; a build may come first, on a machine that does other things. */
const STARTS_WITHIN_MS = 120_000;
const STOPS_WITHIN_MS = 15_000;

/** The setting that chooses the port of each program. */
const portSettings = {
  router: 'PORT',
  book: 'BOOK_PORT',
  reserve: 'RESERVE_PORT',
  rental: 'RENTAL_PORT',
  mypage: 'MYPAGE_PORT',
  'embedded-kafka': 'EMBEDDED_KAFKA_PORT',
  'embedded-mongo': 'EMBEDDED_MONGO_PORT',
} as const;
export type ProgramName = keyof typeof portSettings;
export const programNames = Object.keys(portSettings) as readonly ProgramName[];
export const serviceNames = services satisfies readonly ProgramName[];

export interface SystemOptions {
  /** By default those that the environment names (REAL_KAFKA_BROKERS, REAL_MONGO_URL), else embedded ones. */
  readonly engines?: Engines | 'embedded';
  /** The time limits of calls and operations: by default so long that no machine is too slow for them. */
  readonly limits?: 'as shipped';
  /** Settings, as docs/settings.md lists them. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that outlives the system; without one it has a temporary folder. */
  readonly dataDir?: string;
  /** Arguments of `npm start`, like `--fresh`. */
  readonly args?: readonly string[];
}

/** A running rentalbook: all its processes, as `npm start` runs them. */
export interface System {
  /** Where the router answers GraphQL. */
  readonly url: string;
  readonly dataDir: string;
  readonly brokers: string;
  readonly mongoUrl: string;
  /** Settings of a client of the engines, which may do what an operator may. */
  readonly security: Readonly<Record<string, string>>;
  readonly topic: string;
  /** The prefix of the services' databases. */
  readonly databasePrefix: string;
  /** The process that `npm start` became. */
  readonly pid: number;
  /** The process ids of the programs that run now. */
  pids(): Readonly<Record<string, number>>;
  /** Throws while the program is between two lives. */
  pidOf(program: ProgramName): number;
  portOf(program: ProgramName): number;
  /** Sends a signal to one program; returns the process id it went to. */
  kill(program: ProgramName, signal: NodeJS.Signals): number;
  /** Waits until a service says that it can do its work. */
  untilReady(service: ProgramName): Promise<void>;
  /** Everything that was printed so far, on both outputs. */
  output(): string;
  /** Ends it as Ctrl-C or SIGTERM would; resolves to the exit code once every process is gone. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>;
}

/** The result of `npm start` when it ended by itself. */
export interface EndedStart {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the whole system as `npm start` does, built afresh when a source is newer, and resolves once it is ready. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const plan = await planStart(options);
  const { dataDir, ports, env } = plan;
  const launcher = launch(plan);
  await eventually(
    () => {
      if (launcher.hasEnded()) throw new Error(`npm start ended: ${launcher.output()}`);
      return readRunning(dataDir)?.ready === true;
    },
    { withinMs: STARTS_WITHIN_MS, what: 'being ready' },
  ).catch((error: unknown) => {
    launcher.child.kill('SIGKILL');
    throw error;
  });
  const running = readRunning(dataDir);
  if (!running) throw new Error(`npm start ended: ${launcher.output()}`);

  const pids = (): Readonly<Record<string, number>> => readRunning(dataDir)?.pids ?? {};
  const pidOf = (program: ProgramName): number => {
    const pid = pids()[program];
    if (pid === undefined) throw new Error(`${program} does not run`);
    return pid;
  };
  return {
    url: running.url,
    dataDir,
    brokers: running.brokers,
    mongoUrl: running.mongoUrl,
    security: operatorAccess(dataDir, running),
    topic: running.topic,
    databasePrefix: env['MONGO_DATABASE_PREFIX'] ?? 'rentalbook-',
    pid: running.pid,
    pids,
    pidOf,
    portOf: (program) => ports[program],
    kill(program, signal) {
      const pid = pidOf(program);
      process.kill(pid, signal);
      return pid;
    },
    async untilReady(service) {
      await eventually(() => isReady(ports[service]), { what: `${service} being ready` });
    },
    output: launcher.output,
    async stop(signal = 'SIGTERM') {
      const code = await launcher.end(signal);
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}

/** Runs `npm start` where it is expected to end by itself, and resolves to how it did. */
export async function runStart(options: SystemOptions = {}): Promise<EndedStart> {
  const plan = await planStart(options);
  const launcher = launch(plan);
  try {
    await eventually(launcher.hasEnded, { withinMs: STARTS_WITHIN_MS, what: 'the end of npm start' });
    return { exitCode: launcher.child.exitCode, stdout: launcher.stdout(), stderr: launcher.stderr() };
  } finally {
    launcher.child.kill('SIGKILL');
    if (options.dataDir === undefined) rmSync(plan.dataDir, { recursive: true, force: true });
  }
}

interface StartPlan {
  readonly dataDir: string;
  readonly ports: Readonly<Record<ProgramName, number>>;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

async function planStart(options: SystemOptions): Promise<StartPlan> {
  const dataDir = options.dataDir ?? newDataFolder();
  const free = await freePorts(programNames.length);
  const given = options.env ?? {};
  const ports = Object.fromEntries(
    programNames.map((name, index) => [name, Number(given[portSettings[name]] ?? free[index])]),
  ) as Record<ProgramName, number>;
  const engines = options.engines ?? realEngines() ?? 'embedded';
  const env = {
    ...cleanEnvironment(),
    ...Object.fromEntries(programNames.map((name) => [portSettings[name], String(ports[name])])),
    RENTALBOOK_DATA: dataDir,
    ...(options.limits !== 'as shipped' && LONG_LIMITS),
    ...(engines !== 'embedded' && placeOfItsOwn(engines)),
    ...given,
  };
  return { dataDir, ports, env, args: options.args ?? [] };
}

/** On engines that others use too, a system keeps to a topic, consumer groups and databases of its own. */
function placeOfItsOwn({ brokers, mongoUrl }: Engines): Readonly<Record<string, string>> {
  const name = `test-${randomUUID().slice(0, 8)}`;
  return {
    KAFKA_BROKERS: brokers,
    MONGO_URL: mongoUrl,
    KAFKA_TOPIC: name,
    KAFKA_GROUP_PREFIX: `${name}-`,
    MONGO_DATABASE_PREFIX: `${name}-`,
  };
}

function launch({ env, args }: StartPlan) {
  const child = spawn(process.execPath, [START, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '', both: '' };
  const keep = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
    texts[name] += chunk.toString();
    texts.both += chunk.toString();
  };
  child.stdout.on('data', keep('stdout'));
  child.stderr.on('data', keep('stderr'));
  // A test run that is cut short leaves nothing behind: the services end when their launcher does.
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.on('exit', killWithUs);
  child.on('exit', () => process.off('exit', killWithUs));
  return {
    child,
    hasEnded: () => hasEnded(child),
    output: () => texts.both,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,

    async end(signal: NodeJS.Signals): Promise<number | null> {
      if (!hasEnded(child)) {
        const ended = once(child, 'exit');
        const impatience = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
        child.kill(signal);
        await ended;
        clearTimeout(impatience);
      }
      return child.exitCode;
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://localhost:${String(port)}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
