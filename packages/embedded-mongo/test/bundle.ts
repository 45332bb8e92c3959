import { buildSync } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const WORKSPACE = resolve(__dirname, '..');

export interface Bundle {
  readonly file: string;
  remove(): void;
}

/** The executable as it is shipped, in a folder of its own. Synchronous, for esbuild's other way leaves a process running. */
export function bundleServer(): Bundle {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-mongo-'));
  const file = join(folder, 'main.js');
  buildSync({
    entryPoints: [join(WORKSPACE, 'src/main.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['libsql', 'mongoose'],
    logLevel: 'error',
  });
  symlinkSync(resolve(WORKSPACE, '../../node_modules'), join(folder, 'node_modules'));
  return {
    file,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: readonly string[];
}

type Environment = Readonly<Record<string, string>>;

export function spawnServer(bundle: Bundle, environment: Environment, withParent = false): ChildProcess {
  return spawn(process.execPath, [bundle.file], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe', ...(withParent ? (['ipc'] as const) : [])],
  });
}

/** Starts the server and waits until it listens. */
export async function startServer(
  bundle: Bundle,
  environment: Environment,
  withParent = false,
): Promise<ServerProcess> {
  const child = spawnServer(bundle, { PORT: '0', ...environment }, withParent);
  const lines: string[] = [];
  const url = await new Promise<string>((started, failed) => {
    child.once('exit', () => {
      failed(new Error(`the server ended: ${lines.join('\n')}`));
    });
    child.stderr?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      lines.push(...chunk.toString().trim().split('\n'));
      const address = /mongodb:\/\/[\d.:]+/.exec(lines.join('\n'));
      if (address) started(address[0]);
    });
  });
  return { child, url, lines };
}

/** Ends the server with a signal; resolves to its exit code, null after SIGKILL. */
export async function endServer(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  const [code] = await exited;
  return code;
}
