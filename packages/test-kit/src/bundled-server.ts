import { buildSync } from 'esbuild';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cleanEnvironment } from './environment';

const ROOT = resolve(__dirname, '../../..');

export interface Bundle {
  readonly file: string;
  /** Every server that was started from it. */
  readonly children: Set<ChildProcess>;
  /** Removes it, and ends processes that a failed test left running. */
  remove(): void;
}

/**
 * The executable of an embedded engine as it is shipped, in a folder of its own, with the code that a first run leaves behind.
 * Synchronous, for esbuild's other way leaves a process running.
 */
export function bundleServer(engine: 'kafka' | 'mongo'): Bundle {
  const folder = mkdtempSync(join(tmpdir(), `embedded-${engine}-`));
  const file = join(folder, 'main.js');
  buildSync({
    entryPoints: [join(ROOT, 'engines', engine, 'src/main.ts')],
    outfile: join(folder, 'main.bundle.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['libsql'],
    logLevel: 'error',
  });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  copyFileSync(join(ROOT, 'tools/build/entry.cjs'), file);
  spawnSync(process.execPath, [file], { env: { ...cleanEnvironment(), KEEP_CODE_CACHE: '1', PORT: 'none' } });
  const children = new Set<ChildProcess>();
  return {
    file,
    children,
    remove: () => {
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface ServerProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly lines: readonly string[];
}

type Environment = Readonly<Record<string, string>>;

function spawnServer(bundle: Bundle, environment: Environment, withParent = false): ChildProcess {
  const child = spawn(process.execPath, [bundle.file], {
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe', ...(withParent ? (['ipc'] as const) : [])],
  });
  bundle.children.add(child);
  return child;
}

/** Starts the server and waits until it listens. */
export async function startServer(
  bundle: Bundle,
  environment: Environment,
  withParent = false,
): Promise<ServerProcess> {
  const child = spawnServer(bundle, { PORT: '0', ...environment }, withParent);
  const lines: string[] = [];
  const port = await new Promise<number>((started, failed) => {
    child.once('exit', () => {
      failed(new Error(`the server ended: ${lines.join('\n')}`));
    });
    child.stderr?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      lines.push(...chunk.toString().trim().split('\n'));
      const listening = /listening on [^,"]*?(\d+)[,"]/.exec(lines.join('\n'));
      if (listening) started(Number(listening[1]));
    });
  });
  return { child, port, lines };
}

/** Ends the server with a signal; resolves to its exit code, null after SIGKILL. */
export async function endServer(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  const [code] = await exited;
  return code;
}

/** Starts the server with settings that it has to refuse; resolves to how it ended. */
export async function failingServer(
  bundle: Bundle,
  environment: Environment,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const child = spawnServer(bundle, environment);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr: stderr.trim() };
}
