// The real pair of engines: Apache Kafka's own broker and mongo-java-server, each in a JVM of its own on this machine.
// Plain Node, because `npm run test:real-engines` starts them before any test is compiled.
import { Kafka, logLevel } from 'kafkajs';
import { Buffer } from 'node:buffer';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder, remove, runToEnd, startJava } from './engine-processes.mjs';
import { makeSecrets, scramUsers, securedProperties } from './secured-listener.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const CACHE = join(here, '../../../.engines');
const LEAST_JDK = 17;
const READY_WITHIN_MS = 60_000;
const HOST = '127.0.0.1';
/** MongoDB has a million events' pages in memory, twice while they are rebuilt; no reader waits for its collector. */
const JVM = { kafka: ['-Xmx512m', '-XX:+UseSerialGC'], mongo: ['-Xmx6g', '-XX:+UseG1GC'] };

/** Why the real pair cannot run on this machine, in one sentence; undefined when it can. */
export function whyUnavailable() {
  const jdk = versionOf('javac', ['-version'], /javac (\d+)/);
  if (jdk === undefined) return `there is no JDK (javac); install JDK ${LEAST_JDK} or newer.`;
  if (jdk < LEAST_JDK) return `the JDK is version ${jdk}; install JDK ${LEAST_JDK} or newer.`;
  if (versionOf('mvn', ['--version'], /Apache Maven (\d+)/) === undefined)
    return 'there is no Maven (mvn), which fetches the engines; install Maven 3 or newer.';
  return undefined;
}

/**
 * Starts both engines with empty data and resolves when both answer. They end with `stop`, and with this process however
 * it ends. Rejects with one sentence when the engines cannot be fetched or do not start. `advertise` maps the
 * port of Kafka to the port that its clients use, for a proxy between them.
 *
 * @param {{ advertise?: (port: number) => number }} options
 * @returns {Promise<{ brokers: string, mongoUrl: string, secured?: { brokers: string, secrets: string }, stop: () => Promise<void> }>}
 */
export async function startRealEngines({ advertise = (port) => port } = {}) {
  const classPath = await fetchEngines();
  const folder = makeFolder(join(tmpdir(), 'rentalbook-real-engines-'));
  const running = [];
  const stop = async () => {
    await Promise.all(running.map((engine) => engine.kill()));
    remove(folder);
  };
  const launch = (name, args) => {
    const engine = startJava(name, [...JVM[name], '-cp', classPath, 'RealEngine', name, ...args]);
    running.push(engine);
    return engine;
  };
  try {
    const [{ brokers, secured }, mongoUrl] = await Promise.all([
      startKafka(folder, classPath, launch, advertise),
      launch('mongo', [])
        .printed(/^(\d+)\r?\n/m)
        .then((port) => `mongodb://${HOST}:${port}`),
    ]);
    return { brokers, mongoUrl, secured, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function versionOf(command, args, pattern) {
  try {
    const said = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [, version] = pattern.exec(said) ?? [];
    return version === undefined ? undefined : Number(version);
  } catch {
    return undefined;
  }
}

/** The class path of the engines, which are fetched and compiled once for each version of these sources. */
async function fetchEngines() {
  const programs = readdirSync(here).filter((name) => name.endsWith('.java'));
  const sources = ['pom.xml', ...programs.sort()].map((name) => join(here, name));
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(source));
  const folder = join(CACHE, hash.digest('hex').slice(0, 16));
  if (!existsSync(folder)) await fetchInto(folder, sources);
  return [join(folder, 'jars', '*'), join(folder, 'classes')].join(delimiter);
}

/** What is made beside the folder and then renamed is whole, also when two commands make it at once. */
async function fetchInto(folder, [pom, ...programs]) {
  mkdirSync(CACHE, { recursive: true });
  const made = makeFolder(join(CACHE, 'making-'));
  const jars = join(made, 'jars');
  try {
    process.stderr.write('Fetching the real engines with Maven, once …\n');
    await runToEnd('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`]);
    await runToEnd('javac', ['-cp', join(jars, '*'), '-d', join(made, 'classes'), ...programs]);
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    remove(made);
  }
}

async function startKafka(folder, classPath, launch, advertise) {
  const [port, controllerPort, securedPort] = await freePorts(3);
  const hasSecrets = makeSecrets(folder);
  const properties = join(folder, 'kafka.properties');
  const own = kafkaProperties(port, advertise(port), controllerPort, join(folder, 'kafka'));
  const listener = `,SASL_SSL://${HOST}:${securedPort}`;
  writeFileSync(
    properties,
    hasSecrets ? own.replaceAll(/^((advertised\.)?listeners=.*)$/gm, `$1${listener}`) + securedProperties(folder) : own,
  );
  const users = hasSecrets ? scramUsers : [];
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties, ...users];
  await runToEnd('java', ['-cp', classPath, ...format]);
  const engine = launch('kafka', [properties]);
  const brokers = `${HOST}:${port}`;
  await Promise.race([answers(brokers), engine.ended]);
  return { brokers, ...(hasSecrets && { secured: { brokers: `${HOST}:${securedPort}`, secrets: folder } }) };
}

/** Any will do: every run formats a folder of its own. */
const CLUSTER_ID = Buffer.from('rentalbook-cluster').subarray(0, 16).toString('base64url');

/** Apache Kafka's defaults, but for what one broker on a laptop needs, and for topics, which must not be created by a typing error. */
const kafkaProperties = (port, advertisedPort, controllerPort, dataDir) => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@${HOST}:${controllerPort}
listeners=PLAINTEXT://${HOST}:${port},CONTROLLER://${HOST}:${controllerPort}
advertised.listeners=PLAINTEXT://${HOST}:${advertisedPort}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=${dataDir.replaceAll('\\', '/')}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
`;

/** Resolves when the broker leads its cluster and answers requests. */
async function answers(brokers) {
  const kafka = new Kafka({
    brokers: [brokers],
    clientId: 'readiness',
    logLevel: logLevel.NOTHING,
    // kafkajs multiplies the last pause by 1 ± factor: with any factor, pauses that do not grow shrink to nothing.
    retry: { initialRetryTime: 100, factor: 0, multiplier: 1, maxRetryTime: 100, retries: READY_WITHIN_MS / 100 },
  });
  const admin = kafka.admin();
  await admin.connect();
  await admin.listTopics();
  await admin.disconnect();
}

/** Ports that are free at this moment, all different. */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST));
  return Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve, reject) => {
          server.on('error', reject);
          server.on('listening', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
          });
        }),
    ),
  );
}
