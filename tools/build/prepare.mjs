// What every command of the root package.json does first: install and build, when that has not been done.
// Plain Node and no dependency, for it runs in a fresh clone.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { endWithNpm } from './end-with-npm.mjs';
import { takeLock } from './lock-file.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BUILT = join(root, 'node_modules', '.rentalbook-built');
const LOCK = join(root, '.rentalbook-prepare.lock');
const LEAST_NODE = [20, 19];
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const exitCodeOf = (signal) => 128 + constants.signals[signal];
const INTERRUPTED = STOP_SIGNALS.map(exitCodeOf);

// A closed output and a full disk end no command with a stack trace.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);
endWithNpm();

/** Prints on standard error: standard output belongs to the command itself. */
export const say = (line) => process.stderr.write(`${line}\n`);

export function fail(sentence) {
  say(sentence);
  process.exit(1);
}

/** What the command was called with, as parseArgs gives it; --help prints it and ends, what is not understood is one sentence. */
export function readArguments(help, options = {}, allowPositionals = false) {
  try {
    const read = parseArgs({ allowPositionals, options: { ...options, help: { type: 'boolean', short: 'h' } } });
    if (!read.values.help) return read;
  } catch (error) {
    return fail(`${error.message.split('. ')[0]}; see --help.`);
  }
  process.stdout.write(help);
  return process.exit(0);
}

/**
 * Installs and builds what is missing or older than its sources; `built: false` is for commands that run from sources
 * alone, and `extra` names folders that have a lockfile of their own. Two commands at once wait for each other.
 */
export async function prepare({ built = true, extra = [] } = {}) {
  requireNode();
  const folders = [root, ...extra.map((folder) => join(root, folder))];
  const isReady = () => !built || isBuilt();
  if (folders.every(isInstalled) && isReady()) return;
  await withLock(async () => {
    for (const folder of folders) if (!isInstalled(folder)) await install(folder);
    if (!isReady()) await build();
  });
}

/** Waits for work that prints nothing for long, with a line every eight seconds. */
export async function during(what, work) {
  const since = performance.now();
  const timer = setInterval(
    () => say(`  … ${what}, for ${((performance.now() - since) / 1_000).toFixed(0)} s so far`),
    8_000,
  );
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Runs a command of this repository in the foreground and resolves to its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    const pass = (signal) => child.kill(signal);
    for (const signal of STOP_SIGNALS) process.on(signal, pass);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const one of STOP_SIGNALS) process.off(one, pass);
      resolve(code ?? exitCodeOf(signal));
    });
  });
}

/** Runs one of our own built commands in this very process, so that signals reach it directly. */
export async function runBuilt(name) {
  await prepare();
  createRequire(import.meta.url)(join(root, 'tools/cli/dist', `${name}.bundle.js`));
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  fail(`Node ${process.versions.node} is too old; install Node ${LEAST_NODE.join('.')} or newer.`);
}

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const digest = (text) => createHash('sha256').update(text).digest('hex');
const lockfileHash = (folder) => digest(readFileSync(join(folder, 'package-lock.json')));
/** The file that says which lockfile is installed in the folder. */
const markerOf = (folder) => join(folder, 'node_modules', '.rentalbook-installed');
const isInstalled = (folder) =>
  read(markerOf(folder)) === lockfileHash(folder) &&
  developmentPackages(folder).every((name) => existsSync(join(folder, 'node_modules', name)));
/** Building and testing need them, and npm removes them in an installation for production. */
const developmentPackages = (folder) =>
  Object.keys(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).devDependencies);
/** The code that a build keeps is of one version of Node: another one would compile it anew at each start. */
const buildId = () => digest(`${process.version} ${sourcesHash()}`);
const isBuilt = () => read(BUILT) === buildId();

async function install(folder) {
  const place = folder === root ? '' : ` in ${relative(root, folder)}`;
  say(`Installing dependencies (npm ci)${place}, about a minute the first time …`);
  rmSync(markerOf(folder), { force: true });
  // npm's own output goes to standard error, so that a command's standard output stays clean.
  // The development packages too, whatever NODE_ENV and npm's own settings say.
  const options = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await during('installing', () =>
    run('npm', ['ci', ...options], {
      cwd: folder,
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    }),
  );
  if (code !== 0) stop(code, 'Installing failed; see above, then run the command again.');
  writeFileSync(markerOf(folder), lockfileHash(folder));
}

async function build() {
  say('Building …');
  const code = await during('building', () =>
    run(process.execPath, [join(root, 'tools/build/build.mjs')], { stdio: ['ignore', 2, 2] }),
  );
  if (code !== 0) stop(code, 'Building failed; see above.');
}

/** Builds from the sources as they are now, and records that, so that the next command does not build again. */
export async function recordBuild(work) {
  const before = buildId();
  await work();
  writeFileSync(BUILT, before);
}

function stop(code, sentence) {
  if (INTERRUPTED.includes(code)) process.exit(code);
  fail(sentence);
}

/**
 * Copies a build beside the ordinary one into `target`. `make` builds it into the folder that it is given; the result is kept
 * in `dist/{name}` until a source changes, or a test when the build is `ofTests`. Each caller has its own copy, so that a later
 * build takes nothing from it.
 */
export async function copyKeptBuild(name, target, make, { ofTests = true } = {}) {
  const kept = join(root, 'dist', name);
  const marker = join(kept, '.built');
  await withLock(async () => {
    const before = sourcesHash({ tests: ofTests });
    if (read(marker) !== before) {
      rmSync(kept, { recursive: true, force: true });
      await make(kept);
      writeFileSync(marker, before);
    }
    cpSync(kept, target, { recursive: true });
  });
}

/** Changes whenever a source file does: their names, sizes and times. `tests` says whether those of tests count, too. */
function sourcesHash({ tests = false } = {}) {
  const skipped = ['node_modules', 'dist', ...(tests ? [] : ['test'])];
  const lines = [lockfileHash(root)];
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (skipped.includes(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else {
        const { size, mtimeMs } = statSync(path);
        lines.push(`${path} ${size} ${mtimeMs}`);
      }
    }
  };
  for (const folder of ['engines', 'packages', 'subgraphs', 'router', 'tools', ...(tests ? ['tests'] : [])])
    visit(join(root, folder));
  return digest(lines.join('\n'));
}

/** Runs the work while no other command of this checkout installs or builds; this one's parent may hold the lock for it. */
export async function withLock(work) {
  for (let waiting = false; ; await delay(200)) {
    const { release, owner } = await writing(() => takeLock(LOCK));
    if (release || owner.pid === process.ppid) {
      await writing(work);
      release?.();
      return;
    }
    if (!waiting) say(`Another command is installing or building (process ${owner.pid}); waiting for it …`);
    waiting = true;
  }
}

/** Does something that writes to the checkout; ends the command with a sentence when the file system refuses it. */
async function writing(work) {
  try {
    return await work();
  } catch (error) {
    if (error.syscall === undefined || error.path === undefined) throw error;
    return fail(
      `${error.path} cannot be written (${error.code}), but something has to be installed or built there; make room, or make ${root} writable.`,
    );
  }
}
