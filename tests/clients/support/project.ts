import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const INSTALLED = join(__dirname, '../node_modules');

/** The project of a client's developer, in a temporary folder, with the packages of this suite installed. */
export interface Project {
  write(file: string, text: string): void;
  read(file: string): string;
  /** Runs an executable of a package there; resolves to its output, rejects with it when the exit code is not 0. */
  run(executable: string, ...args: readonly string[]): Promise<string>;
  remove(): void;
}

/** `files` maps paths in the project to their texts. */
export function createProject(files: Readonly<Record<string, string>>): Project {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-client-'));
  symlinkSync(INSTALLED, join(folder, 'node_modules'), 'junction');
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  for (const [file, text] of Object.entries(files)) write(file, text);
  return {
    write,
    read: (file) => readFileSync(join(folder, file), 'utf8'),
    run: (executable, ...args) => runIn(folder, executable, args),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function runIn(cwd: string, executable: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, CI: 'true', FORCE_COLOR: '0' };
  const options = { cwd, env, shell: process.platform === 'win32' };
  return new Promise((resolve, reject) => {
    execFile(join(INSTALLED, '.bin', executable), args, options, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`;
      if (error) reject(new Error(`${executable} ${args.join(' ')} failed: ${output || error.message}`));
      else resolve(output);
    });
  });
}

/** tsconfig.json of a strict project for browsers; gql.tada reads its settings from `plugins`. */
export const strictTsconfig = (plugins: readonly object[] = []): string =>
  JSON.stringify({
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023', 'dom'],
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      plugins,
    },
    include: ['src'],
  });
