import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';

/** What must not outlive this process, however it leaves: folders, and the processes that write into them. */
const folders = new Set();
const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) remove(folder);
});

export function makeFolder(prefix) {
  const folder = mkdtempSync(prefix);
  folders.add(folder);
  return folder;
}

/** Retried, for a process that was killed may be about to write its last file. */
export function remove(folder) {
  folders.delete(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** Runs a command that has to succeed; its output is only of interest when it does not. */
export async function runToEnd(command, args) {
  const child = start(command, args);
  const output = gathered(child);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`"${command} ${args.at(0)} …" failed with exit code ${code}: ${output.lastLines()}`);
}

/** With a pipe for standard input: RealEngine ends when it does, also when this process is killed. */
function start(command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  children.add(child);
  child.on('close', () => children.delete(child));
  return child;
}

export function startJava(name, args) {
  const child = start('java', args);
  const output = gathered(child);
  const exited = new Promise((resolve) => {
    child.on('error', resolve);
    child.on('close', resolve);
  });
  /** Rejects when the engine ends. */
  const ended = exited.then(() => {
    throw new Error(`${name} ended: ${output.lastLines()}`);
  });
  ended.catch(() => undefined);
  return {
    ended,
    /** What the pattern's group catches of the output; rejects when the engine ends without having printed it. */
    printed: (pattern) => Promise.race([output.match(pattern), ended]),
    /** At once, for its data goes with it. */
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function gathered(child) {
  const KEPT = 20_000;
  let text = '';
  const add = (chunk) => {
    text = (text + chunk).slice(-KEPT);
  };
  child.stdout.setEncoding('utf8').on('data', add);
  child.stderr.setEncoding('utf8').on('data', add);
  return {
    lastLines: () => text.trim().split('\n').slice(-5).join(' | '),
    match: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          const found = pattern.exec(text);
          if (found) resolve(found[1]);
        };
        child.stdout.on('data', look);
      }),
  };
}
