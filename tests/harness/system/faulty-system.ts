import {
  createLogLines,
  createSupervisor,
  ensureDevelopmentKeys,
  issueDevelopmentToken,
  operatorAccess,
  planSystem,
  untilAccepts,
  untilReady,
  type Program,
} from '@rentalbook/cli';
import { armingFile, type Armament, type CrashPoint } from '@rentalbook/messaging';
import { eventually, freePorts, freeRun, newDataFolder, serviceNames, type Engines } from '@rentalbook/test-kit';
import { metricsIn, type Sample } from '@rentalbook/test-kit/metrics-text';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startFaultProxy, type FaultProxy } from '../fault-proxy';
import type { ServiceName } from '../../../tools/services';

export type { ServiceName };
export type EngineName = 'kafka' | 'mongo';

/** What the system is set to; the usual keeps no caller from anything. */
export interface SystemSettings {
  /** Points that one member, and one address, may spend in ten seconds. */
  readonly budget: number;
  /** Settings of every service, in place of their defaults. */
  readonly env: Readonly<Record<string, string>>;
  /** Settings of one service, made once its system's data folder holds the keys and passwords. */
  readonly envOf?: (service: ServiceName, prepared: Prepared) => Readonly<Record<string, string>>;
  /** Whether the services serve their metrics. */
  readonly isMeasured?: boolean;
}

/** What there is of a system before its services start. */
export type Prepared = Pick<FaultySystem, 'dataDir' | 'proxies'>;

const USUAL: SystemSettings = { budget: 1_000_000, env: {} };

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
  readonly keyMode: 'production';
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

export interface Replica {
  readonly name: string;
  stop(): Promise<void>;
}

export interface ArmedPoint {
  hasGoneOff(): boolean;
  disarm(): void;
}

const keyMode = 'production';
const HOST = '127.0.0.1';
const portOf = (address: string): number => Number(/:(\d+)/.exec(address.replace('mongodb://', ''))?.[1]);
const STARTS_WITHIN_MS = 120_000;
/** A service that ends is back soon, for the harness ends them all the time. */
const PAUSES_MS = { first: 100, most: 500 };
const SERVICES_STOP_WITHIN_MS = 7_000;
const ENGINES_STOP_WITHIN_MS = 2_000;

export async function startFaultySystem(options: FaultySystemOptions): Promise<FaultySystem> {
  const { root, built, log, signal, startEngines } = options;
  const { budget, env, envOf = () => ({}), isMeasured = false } = options.settings ?? USUAL;
  const dataDir = newDataFolder();
  const arming = join(dataDir, 'armed');
  mkdirSync(arming);
  mkdirSync(join(dataDir, 'policy'));
  mkdirSync(dirname(log), { recursive: true });
  const output = createWriteStream(log);
  const [kafkaPort = 0, mongoPort = 0, ...servicePorts] = await freePorts(7);
  const [PORT = 0, BOOK_PORT = 0, RESERVE_PORT = 0, RENTAL_PORT = 0, MYPAGE_PORT = 0] = servicePorts;
  const metricsPort = isMeasured ? await freeRun(serviceNames.length) : undefined;
  const metricsAddresses =
    metricsPort === undefined ? [] : serviceNames.map((_, place) => `localhost:${String(metricsPort + place)}`);
  const proxies = { kafka: await startFaultProxy(), mongo: await startFaultProxy() };
  const inherited = { PATH: process.env['PATH'] };
  const proxied = {
    brokers: `${HOST}:${String(proxies.kafka.port)}`,
    mongoUrl: `mongodb://${HOST}:${String(proxies.mongo.port)}`,
  };
  const keys = await ensureDevelopmentKeys(dataDir, keyMode);
  const token = await issueDevelopmentToken(dataDir, { memberId: 'anonymous' });
  const settings = {
    ...{ PORT, BOOK_PORT, RESERVE_PORT, RENTAL_PORT, MYPAGE_PORT },
    EMBEDDED_KAFKA_PORT: kafkaPort,
    EMBEDDED_MONGO_PORT: mongoPort,
    RENTALBOOK_DATA: dataDir,
    KAFKA_TOPIC: 'rentalbook',
    KAFKA_GROUP_PREFIX: '',
    CACHE: 'off' as const,
    MONGO_DATABASE_PREFIX: 'rentalbook-',
    MEMBER_BUDGET: budget,
    ADDRESS_BUDGET: budget,
    QUEUE_TARGET_MS: 2_000,
    LOG_LEVEL: 'warn',
    NODE_ENV: keyMode,
    UNSIGNED_EVENTS: 'refuse',
    ...(metricsPort !== undefined && { METRICS_PORT: metricsPort }),
  } as const;
  const tokens = { member: token, secondMember: token, librarian: token };
  const ownEngines = planSystem(built, settings, keys, tokens);
  // Real engines are open; the embedded ones know the services by their passwords, also behind a proxy.
  const behindProxies = { KAFKA_BROKERS: proxied.brokers, MONGO_URL: proxied.mongoUrl };
  const planned = startEngines ? planSystem(built, { ...settings, ...behindProxies }, keys, tokens) : ownEngines;
  const services = planned.services.map((program) => ({
    ...program,
    env: {
      ...program.env,
      ...(program.name !== 'router' && behindProxies),
      ...env,
      ...envOf(program.name as ServiceName, { dataDir, proxies }),
    },
  }));

  const supervisor = createSupervisor({
    log: createLogLines(output),
    env: { ...inherited, RENTALBOOK_CRASH_POINTS: arming, ENGINES_WITHIN_MS: '120000' },
    onStarted: () => undefined,
    mayGiveUp: () => false,
    onHopeless: () => undefined,
    pausesMs: PAUSES_MS,
  });
  const real = await startEngines?.((port) => {
    proxies.kafka.standBefore(port);
    return proxies.kafka.port;
  });
  const engines: readonly Program[] = real
    ? []
    : ownEngines.engines.map((program) => ({
        ...program,
        env: { ...program.env, ADVERTISED_PORT: String(proxies.kafka.port) },
      }));
  const direct = real ?? { brokers: ownEngines.brokers, mongoUrl: ownEngines.mongoUrl };
  const security = operatorAccess(dataDir, { embedded: real ? [] : [...ownEngines.embedded] });
  supervisor.start(engines);
  await Promise.all(engines.map(({ port }) => untilAccepts(port, signal)));
  proxies.kafka.standBefore(portOf(direct.brokers));
  proxies.mongo.standBefore(portOf(direct.mongoUrl));
  supervisor.start(services);
  const skewedClock = join(root, 'tests/harness/system/skewed-clock.cjs');
  const replicas = new Map<string, Program>();
  let replicasEver = 0;

  const ready = async (withinMs = STARTS_WITHIN_MS, programs: readonly Program[] = services): Promise<void> => {
    const impatience = AbortSignal.any([AbortSignal.timeout(withinMs), signal]);
    await untilReady(programs, impatience, () => undefined);
    if (impatience.aborted) {
      const names = programs.map(({ name }) => name).join(', ');
      throw new Error(`not all of ${names} were ready within ${String(withinMs)} ms; the log ends ${lastLines(log)}`);
    }
  };
  const pidOf = (program: string): number | undefined => supervisor.pids()[program];

  const system: FaultySystem = {
    url: `http://localhost:${String(PORT)}/graphql`,
    dataDir,
    keyMode,
    ...direct,
    security,
    topic: settings.KAFKA_TOPIC,
    proxies,
    portOf: (program) => programOf(services, program).port,
    pidOf,
    metricsAddresses,
    async metrics() {
      const texts = await Promise.all(
        metricsAddresses.map(async (address) => (await fetch(`http://${address}/metrics`)).text()),
      );
      return texts.flatMap(metricsIn);
    },
    signal(program, name) {
      const pid = pidOf(program);
      if (pid !== undefined) process.kill(pid, name);
      return pid;
    },
    async addReplica(service, clockOffMs = 0) {
      const original = programOf(services, service);
      const [port = 0] = await freePorts(1);
      replicasEver += 1;
      const clock = clockOffMs !== 0 && {
        NODE_OPTIONS: `--require "${skewedClock}"`,
        CLOCK_OFF_MS: String(clockOffMs),
      };
      const name = `${service}-replica-${String(replicasEver)}`;
      const replica = { ...original, name, port, env: { ...original.env, ...clock, PORT: String(port) } };
      replicas.set(name, replica);
      supervisor.start([replica]);
      await ready(undefined, [replica]);
      return {
        name,
        async stop() {
          await supervisor.dismiss(replica, SERVICES_STOP_WITHIN_MS);
          replicas.delete(name);
        },
      };
    },
    untilReady: (withinMs) => ready(withinMs),
    async untilReplaced(service, pid, withinMs) {
      const giveUpAt = performance.now() + withinMs;
      await eventually(() => ![undefined, pid].includes(pidOf(service)), { withinMs, what: `another ${service}` });
      await ready(Math.max(0, Math.round(giveUpAt - performance.now())), [programOf(services, service)]);
    },
    async heal() {
      for (const { pass } of Object.values(proxies)) pass();
      for (const pid of Object.values(supervisor.pids())) process.kill(pid, 'SIGCONT');
      await Promise.all([...replicas.values()].map((replica) => supervisor.dismiss(replica, SERVICES_STOP_WITHIN_MS)));
      replicas.clear();
      await ready();
    },
    async rebuild() {
      const { script, env } = programOf(services, 'mypage');
      const child = spawn(process.execPath, [join(dirname(script), 'rebuild.js')], {
        env: { ...inherited, ...env, ...security },
        signal,
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          said += chunk.toString();
        });
      const [exitCode] = (await once(child, 'close')) as [number | null];
      return { exitCode, said };
    },
    arm(service, point, armament = 'kill') {
      const file = armingFile(arming, service, point);
      writeFileSync(`${file}.draft`, armament);
      // Appears whole, for the service may pass at any time.
      renameSync(`${file}.draft`, file);
      return {
        hasGoneOff: () => !existsSync(file),
        disarm() {
          rmSync(file, { force: true });
        },
      };
    },
    async stop() {
      await supervisor.stop([
        { programs: [...services, ...replicas.values()], withinMs: SERVICES_STOP_WITHIN_MS },
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

function programOf(programs: readonly Program[], name: string): Program {
  const found = programs.find((program) => program.name === name);
  if (!found) throw new Error(`there is no program ${name}`);
  return found;
}

const LAST_LINES = 5;
const lastLines = (file: string): string =>
  readFileSync(file, 'utf8').trim().split('\n').slice(-LAST_LINES).join(' | ');
