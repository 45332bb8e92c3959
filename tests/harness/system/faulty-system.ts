import {
  createLogLines,
  createSupervisor,
  operatorAccess,
  untilAccepts,
  untilReady,
  type Program,
} from '@rentalbook/cli';
import type { Armament, CrashPoint } from '@rentalbook/messaging';
import { eventually, type Engines } from '@rentalbook/test-kit';
import { metricsIn, type Sample } from '@rentalbook/test-kit/metrics-text';
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import type { FaultProxy } from '../fault-proxy';
import type { ServiceName } from '../../../tools/services';
import { armedIn, type ArmedPoint } from './armed-points';
import { KEY_MODE, prepareSystem, type EngineName, type SystemSettings } from './prepare-system';
import { createReplicas, type Replica } from './replicas';
import { runRebuild } from './run-rebuild';

/** Maps the address of Kafka to the one that its clients use. */
export type Advertise = (kafkaPort: number) => number;

export interface FaultySystemOptions {
  /** Where the repository is. */
  readonly root: string;
  /** Where the build with the crash points is. */
  readonly built: string;
  /** The file that its processes log to. */
  readonly log: string;
  /** Gives the start up. */
  readonly signal: AbortSignal;
  readonly settings?: SystemSettings;
  /** Starts the engines to use instead of the embedded ones. */
  readonly startEngines?: (advertise: Advertise) => Promise<Engines & { stop(): Promise<void> }>;
}

/** The whole system, every process and every connection to an engine of which can be made to fail. */
export interface FaultySystem {
  readonly url: string;
  readonly dataDir: string;
  readonly keyMode: typeof KEY_MODE;
  /** Past the proxies: for those who look. */
  readonly brokers: string;
  readonly mongoUrl: string;
  /** Settings of a client of the engines. */
  readonly security: Readonly<Record<string, string>>;
  readonly topic: string;
  /** What the services use. */
  readonly proxies: Readonly<Record<EngineName, FaultProxy>>;
  /** Where a program listens. */
  portOf(program: string): number;
  /** The process that runs now; undefined while it is between two lives. */
  pidOf(program: string): number | undefined;
  /** host:port of the metrics of each service; none unless they are measured. */
  readonly metricsAddresses: readonly string[];
  /** What all services expose now; nothing where they are not measured. */
  metrics(): Promise<readonly Sample[]>;
  /** Sends a signal, and returns the process id it went to; undefined when the program is between two lives. */
  signal(program: string, signal: NodeJS.Signals): number | undefined;
  /** One more process of a service, with the same database and consumer group; its clock may be off. */
  addReplica(service: Exclude<ServiceName, 'router'>, clockOffMs?: number): Promise<Replica>;
  /** Waits until every service says that it can work; fails after `withinMs`, by default two minutes. */
  untilReady(withinMs?: number): Promise<void>;
  /** Waits until a service runs in another process than this one, and says that it can work. */
  untilReplaced(service: ServiceName, pid: number, withinMs: number): Promise<void>;
  /** Ends whatever is being done to the system: it is connected, nothing is frozen, and there are no replicas. */
  heal(): Promise<void>;
  /** Rebuilds MyPage as `npm run rebuild` does. */
  rebuild(): Promise<{ readonly exitCode: number | null; readonly said: string }>;
  /** The first process of the service that passes the point dies, or fails, there. */
  arm(service: string, point: CrashPoint, armament?: Armament): ArmedPoint;
  stop(): Promise<void>;
}

const portOf = (address: string): number => Number(/:(\d+)/.exec(address.replace('mongodb://', ''))?.[1]);
const STARTS_WITHIN_MS = 120_000;
/** A service that ends is back soon, for the harness ends them all the time. */
const PAUSES_MS = { first: 100, most: 500 };
const SERVICES_STOP_WITHIN_MS = 7_000;
const ENGINES_STOP_WITHIN_MS = 2_000;

export async function startFaultySystem(options: FaultySystemOptions): Promise<FaultySystem> {
  const { root, built, log, signal, startEngines } = options;
  mkdirSync(dirname(log), { recursive: true });
  const output = createWriteStream(log);
  const prepared = await prepareSystem(built, options.settings, startEngines !== undefined);
  const { dataDir, proxies, services, ownEngines, metricsAddresses } = prepared;
  const inherited = { PATH: process.env['PATH'] };
  const supervisor = supervise(output, { ...inherited, RENTALBOOK_CRASH_POINTS: prepared.arming });
  const real = await startEngines?.((port) => {
    proxies.kafka.standBefore(port);
    return proxies.kafka.port;
  });
  const engines = real ? [] : ownEngines.engines.map((program) => advertisedBy(program, proxies.kafka.port));
  const direct = real ?? { brokers: ownEngines.brokers, mongoUrl: ownEngines.mongoUrl };
  const security = operatorAccess(dataDir, { embedded: real ? [] : [...ownEngines.embedded] });
  supervisor.start(engines);
  await Promise.all(engines.map(({ port }) => untilAccepts(port, signal)));
  proxies.kafka.standBefore(portOf(direct.brokers));
  proxies.mongo.standBefore(portOf(direct.mongoUrl));
  supervisor.start(services);

  const ready = (withinMs = STARTS_WITHIN_MS, programs = services) => allReady(programs, withinMs, { signal, log });
  const pidOf = (program: string): number | undefined => supervisor.pids()[program];
  const replicas = createReplicas({
    root,
    supervisor,
    untilReady: (replica) => ready(undefined, [replica]),
    stopWithinMs: SERVICES_STOP_WITHIN_MS,
  });

  const system: FaultySystem = {
    url: prepared.url,
    dataDir,
    keyMode: KEY_MODE,
    ...direct,
    security,
    topic: prepared.topic,
    proxies,
    portOf: (program) => programOf(services, program).port,
    pidOf,
    metricsAddresses,
    metrics: () => metricsAt(metricsAddresses),
    signal(program, name) {
      const pid = pidOf(program);
      if (pid !== undefined) process.kill(pid, name);
      return pid;
    },
    addReplica: (service, clockOffMs) => replicas.add(programOf(services, service), clockOffMs),
    untilReady: (withinMs) => ready(withinMs),
    async untilReplaced(service, pid, withinMs) {
      const giveUpAt = performance.now() + withinMs;
      await eventually(() => ![undefined, pid].includes(pidOf(service)), { withinMs, what: `another ${service}` });
      await ready(Math.max(0, Math.round(giveUpAt - performance.now())), [programOf(services, service)]);
    },
    async heal() {
      for (const { pass } of Object.values(proxies)) pass();
      for (const pid of Object.values(supervisor.pids())) process.kill(pid, 'SIGCONT');
      await replicas.dismissAll();
      await ready();
    },
    rebuild: () => runRebuild(programOf(services, 'mypage'), { ...inherited, ...security }, signal),
    arm: armedIn(prepared.arming),
    async stop() {
      await supervisor.stop([
        { programs: [...services, ...replicas.programs()], withinMs: SERVICES_STOP_WITHIN_MS },
        { programs: engines, withinMs: ENGINES_STOP_WITHIN_MS },
      ]);
      await real?.stop();
      await Promise.all([proxies.kafka.close(), proxies.mongo.close()]);
      output.destroy();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  try {
    await ready();
    return system;
  } catch (error) {
    await system.stop();
    throw error;
  }
}

const supervise = (output: Writable, env: NodeJS.ProcessEnv) =>
  createSupervisor({
    log: createLogLines(output),
    env: { ...env, ENGINES_WITHIN_MS: '120000' },
    onStarted: () => undefined,
    mayGiveUp: () => false,
    onHopeless: () => undefined,
    pausesMs: PAUSES_MS,
  });

const advertisedBy = (program: Program, port: number): Program => ({
  ...program,
  env: { ...program.env, ADVERTISED_PORT: String(port) },
});

async function allReady(
  programs: readonly Program[],
  withinMs: number,
  { signal, log }: Pick<FaultySystemOptions, 'signal' | 'log'>,
): Promise<void> {
  const impatience = AbortSignal.any([AbortSignal.timeout(withinMs), signal]);
  await untilReady(programs, impatience, () => undefined);
  if (impatience.aborted) {
    const names = programs.map(({ name }) => name).join(', ');
    throw new Error(`not all of ${names} were ready within ${String(withinMs)} ms; the log ends ${lastLines(log)}`);
  }
}

async function metricsAt(addresses: readonly string[]): Promise<readonly Sample[]> {
  const texts = await Promise.all(addresses.map(async (address) => (await fetch(`http://${address}/metrics`)).text()));
  return texts.flatMap(metricsIn);
}

function programOf(programs: readonly Program[], name: string): Program {
  const found = programs.find((program) => program.name === name);
  if (!found) throw new Error(`there is no program ${name}`);
  return found;
}

const LAST_LINES = 5;
const lastLines = (file: string): string =>
  readFileSync(file, 'utf8').trim().split('\n').slice(-LAST_LINES).join(' | ');
