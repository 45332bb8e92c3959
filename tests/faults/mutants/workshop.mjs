// A copy of the repository in which bugs can be planted and checks run; the original is only read.
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { patchedFiles } from './patch.mjs';

const SOURCES = [
  'engines',
  'packages',
  'subgraphs',
  'router',
  'tools',
  'tests',
  'k8s',
  'docs',
  'jest.config.mjs',
  'package.json',
];
const LEFT_OUT = ['node_modules', 'dist', 'keys'];
/** For the checks of one file. What takes longer neither passed nor failed. */
const PATIENCE_MS = 120_000;
/** A check that hangs because of a bug has failed. */
const TEST_LIMIT_MS = 60_000;

/** Opens a copy of the repository at `root`. The caller closes it; nothing of it is left then. */
export function openWorkshop(root) {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-mutants-'));
  const scratch = join(folder, '.scratch');
  let running;
  const close = () => {
    running?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    for (const source of SOURCES)
      cpSync(join(root, source), join(folder, source), {
        recursive: true,
        filter: (path) => !LEFT_OUT.includes(basename(path)),
      });
    linkModules(root, folder);
    mkdirSync(scratch);
  } catch (error) {
    close();
    throw error;
  }

  /** Runs jest on these checks alone; resolves to its results by file, or to undefined when it did not end in time. */
  const jest = async (checks) => {
    const report = join(scratch, 'report.json');
    rmSync(report, { force: true });
    const files = [...new Set(checks.map(({ file }) => file))];
    const args = [
      // A check that fails halfway may leave a timer or a connection behind, for which jest would wait for ever.
      ...['--selectProjects', 'unit', 'int', '--runInBand', '--forceExit', '--watchman=false'],
      ...['--testTimeout', String(TEST_LIMIT_MS)],
      ...['--cacheDirectory', join(scratch, 'cache'), '--json', '--outputFile', report],
      ...['--testNamePattern', `(${checks.map(({ test }) => escaped(test)).join('|')})$`],
      ...['--runTestsByPath', ...files],
    ];
    const child = spawn(process.execPath, [join(folder, 'node_modules/jest/bin/jest.js'), ...args], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, TMPDIR: scratch },
    });
    running = child;
    let said = '';
    child.stderr.on('data', (text) => (said += String(text)));
    const tooLate = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS * files.length);
    const signal = await new Promise((resolve) => child.on('close', (_code, by) => resolve(by)));
    clearTimeout(tooLate);
    running = undefined;
    if (signal) return undefined;
    if (!existsSync(report)) throw new Error(`jest ended without a report: ${said.trim()}`);
    return JSON.parse(readFileSync(report, 'utf8')).testResults;
  };

  return {
    close,

    /** Runs the checks; resolves to what became of each: passed, failed, missing, hung or broken. */
    async run(checks) {
      const suites = await jest(checks);
      return checks.map((check) => verdictOn(check, suites, folder));
    },

    /** Plants a bug for as long as `work` takes. */
    async with(patch, work) {
      const patched = patchedFiles(patch, folder);
      const sound = new Map([...patched.keys()].map((file) => [file, readFileSync(join(folder, file))]));
      for (const [file, text] of patched) writeFileSync(join(folder, file), text);
      try {
        return await work();
      } finally {
        for (const [file, text] of sound) writeFileSync(join(folder, file), text);
      }
    },
  };
}

function verdictOn({ file, test }, suites, folder) {
  if (!suites) return { verdict: 'hung' };
  const suite = suites.find(({ name }) => relative(folder, name) === file || name.endsWith(`/${file}`));
  const results = (suite?.assertionResults ?? []).filter(({ title }) => title === test);
  const failed = results.find(({ status }) => status === 'failed');
  if (failed) return { verdict: 'failed', by: failed.fullName, why: firstLine(failed.failureMessages[0]) };
  if (results.length > 0) return { verdict: 'passed' };
  return suite?.status === 'failed' ? { verdict: 'broken', why: firstLine(suite.message) } : { verdict: 'missing' };
}

const firstLine = (text = '') => stripVTControlCharacters(text).trim().split('\n')[0];
const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The installed packages are those of the original; this repository's own are those of the copy, bugs and all. */
function linkModules(root, folder) {
  const own = '@rentalbook';
  const link = (from, name) => symlinkSync(join(from, 'node_modules', name), join(folder, 'node_modules', name));
  mkdirSync(join(folder, 'node_modules', own), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) if (name !== own) link(root, name);
  for (const place of ['engines', 'packages', 'subgraphs', 'tools', '.']) {
    const workspaces = (place === '.' ? ['router', 'tests'] : readdirSync(join(folder, place))).filter((name) =>
      existsSync(join(folder, place, name, 'package.json')),
    );
    for (const name of workspaces) {
      const { name: workspace } = JSON.parse(readFileSync(join(folder, place, name, 'package.json'), 'utf8'));
      symlinkSync(join(folder, place, name), join(folder, 'node_modules', workspace));
      linkNested(root, folder, join(place, name));
    }
  }
}

/** A workspace may have another version of a package than the root. */
function linkNested(root, folder, workspace) {
  const nested = join(workspace, 'node_modules');
  const names = readdirSync(join(root, workspace)).includes('node_modules') ? readdirSync(join(root, nested)) : [];
  if (names.length > 0) symlinkSync(join(root, nested), join(folder, nested));
}
