import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { NotProven } from './drill';

const SHOWN_LINES = 6;

/** A folder in which the repository can be read, and files of a page's commands are no part of it. */
export interface Desk {
  /** Puts a file there that an operator has from elsewhere. */
  put(file: string, content: string): void;
  /** Runs commands of a page as a reader does; resolves to what they printed. Throws NotProven where one of them fails. */
  run(script: string): Promise<string>;
  close(): void;
}

/** Commands of kubectl go to the context alone; images are built by the engine that the machine has, or not at all. */
function settingsOf(context: string, builds: boolean): string {
  const podman = 'podman build --isolation chroot --network host';
  return `
set -euo pipefail
kubectl() { command kubectl --context '${context}' "$@"; }
docker() {
  ${builds ? '' : 'return 0'}
  local repository; repository=$(pwd -P); cd '${resolve('.')}'
  if command docker info >/dev/null 2>&1; then command docker "$@"
  else ${podman} "\${@:2:2}" -t "docker.io/$5" "$6"; fi
  cd "$repository"
}
`;
}

export function openDesk(context: string, { builds }: { readonly builds: boolean }): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-desk-'));
  for (const entry of readdirSync('.')) if (entry !== '.git') symlinkSync(resolve(entry), join(folder, entry));
  return {
    put(file, content) {
      writeFileSync(join(folder, file), content);
    },
    async run(script) {
      // A group of its own: what the script leaves in the background ends with it.
      const shell = spawn('bash', ['-c', `${settingsOf(context, builds)}\n${script}`], { cwd: folder, detached: true });
      const ended = new Promise<number | null>((done, failed) => {
        shell.on('error', failed).on('exit', (code) => {
          if (shell.pid !== undefined) endGroup(shell.pid);
          done(code);
        });
      });
      const [code, output, complaint] = await Promise.all([ended, text(shell.stdout), text(shell.stderr)]);
      if (code === 0) return output;
      const said = `${output}${complaint}`.trim().split('\n').slice(-SHOWN_LINES).join(' | ');
      throw new NotProven(`the commands ended with exit code ${String(code)}: ${said}`);
    },
    close() {
      rmSync(folder, { recursive: true });
    },
  };
}

/** Ends the processes that are left of a group, if there are any. */
function endGroup(group: number): void {
  try {
    process.kill(-group);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
