import { UsageError } from '@rentalbook/cli';
import { eventually, freePorts, newDataFolder, startSystem, type System } from '@rentalbook/test-kit';
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { countMongoCommands, type MongoCounts } from './mongo-counts';
import { subgraphs } from '../../../tools/services';

/** Where a system answers, and where its keys are. */
export type Library = Pick<System, 'url' | 'dataDir'>;

/** Something that answers the public graph at `url`. */
export interface Contender {
  readonly name: string;
  readonly url: string;
  /** Whose data it shows. */
  readonly library: Library;
  /** The process ids of the programs that work for it. */
  pids(): Readonly<Record<string, number>>;
  /** Where the database counts its commands. */
  readonly mongo?: MongoCounts;
  stop(): Promise<void>;
}

/** Many callers at once are one member here, and none of them is to be limited. */
const UNLIMITED = { MEMBER_BUDGET: '1000000', ADDRESS_BUDGET: '1000000', CALLER_CONCURRENCY: '256' };

/** The whole system as `npm start` runs it. */
export async function startRentalbook(
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly system: System; readonly contender: Contender }> {
  const system = await startSystem({ engines: 'embedded', limits: 'as shipped', env: { ...UNLIMITED, ...env } });
  const mongo = await countMongoCommands(system);
  const stop = async (): Promise<void> => {
    await mongo.close();
    await system.stop();
  };
  return { system, contender: { name, url: system.url, library: system, pids: system.pids, mongo, stop } };
}

/** The setting that chooses the port of each program, in every release. */
const PORT_SETTINGS = [
  'PORT',
  'BOOK_PORT',
  'RESERVE_PORT',
  'RENTAL_PORT',
  'MYPAGE_PORT',
  'EMBEDDED_KAFKA_PORT',
  'EMBEDDED_MONGO_PORT',
] as const;

interface RunningFile {
  readonly url: string;
  readonly ready: boolean;
  readonly pids: Readonly<Record<string, number>>;
}

/** The program of `npm start`, in every release; undefined where there is none. */
function startProgram(checkout: string): string | undefined {
  const manifest = join(checkout, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const { scripts } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly scripts?: { readonly start?: string } };
  const [, program] = /^node (\S+)$/.exec(scripts?.start ?? '') ?? [];
  return program !== undefined && existsSync(join(checkout, program)) ? program : undefined;
}

/** Throws UsageError for a folder that `npm start` cannot be run in; returns its program. */
export function requireCheckout(checkout: string): string {
  const program = startProgram(checkout);
  if (program === undefined)
    throw new UsageError(`--base "${checkout}" is no checkout of rentalbook; name the folder of one that is built.`);
  return program;
}

/** The system of another checkout, of any release: only `npm start`, its settings and the file of what runs are used. */
export async function startCheckout(name: string, checkout: string): Promise<Contender> {
  const dataDir = newDataFolder();
  const ports = await freePorts(PORT_SETTINGS.length);
  const child = spawn(process.execPath, [requireCheckout(checkout)], {
    cwd: resolve(checkout),
    env: {
      ...process.env,
      ...UNLIMITED,
      RENTALBOOK_DATA: dataDir,
      ...Object.fromEntries(PORT_SETTINGS.map((setting, index) => [setting, String(ports[index])])),
    },
    stdio: 'ignore',
  });
  const running = (): RunningFile | undefined => {
    try {
      return JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as RunningFile;
    } catch {
      return undefined;
    }
  };
  await eventually(
    () => {
      if (child.exitCode !== null)
        throw new Error(`npm start in ${checkout} ended with exit code ${String(child.exitCode)}`);
      return running()?.ready === true;
    },
    { withinMs: 120_000, what: `${checkout} being ready` },
  );
  const url = running()?.url ?? '';
  return {
    name,
    url,
    library: { url, dataDir },
    pids: () => running()?.pids ?? {},
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The argument of a gateway's process. */
export interface GatewayOptions {
  readonly dataDir: string;
  readonly supergraph: string;
  /** The port of each subgraph. */
  readonly ports: Readonly<Record<string, number>>;
}

/** Another gateway before the subgraphs of a system: the module is run as a process of its own and answers with its port. */
export async function startGateway(name: string, module: string, system: System): Promise<Contender> {
  const options: GatewayOptions = {
    dataDir: system.dataDir,
    supergraph: resolve('router/supergraph.graphql'),
    ports: Object.fromEntries(subgraphs.map((subgraph) => [subgraph, system.portOf(subgraph)])),
  };
  const child = fork(module, ['gateway', JSON.stringify(options)], { env: { ...process.env, NODE_ENV: 'production' } });
  const [port] = (await once(child, 'message')) as [number];
  const pid = child.pid ?? 0;
  return {
    name,
    library: system,
    url: `http://127.0.0.1:${String(port)}/`,
    pids: () => ({ ...system.pids(), router: pid }),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
