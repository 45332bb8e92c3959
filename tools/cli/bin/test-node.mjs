// Runs `npm test` on another version of Node, which npm's package `node` brings.
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fail, readArguments, root, run, say } from '../../build/prepare.mjs';

const HELP = `npm run test:node -- MAJOR [PATH …]

Runs the tests of npm test on another Node: the newest one of a major version, from npm's package "node". It is installed
in .data/node at first, about 125 MB, and what npm test runs is built with it.

  MAJOR    the major version, like 22 or 24
  PATH     only tests whose path contains it
  --help   this

Exit 0 when every test passes, and when the package cannot be fetched; 1 otherwise.
`;

const { positionals } = readArguments(HELP, {}, true);
const [major = '', ...paths] = positionals;
if (!/^[1-9]\d$/.test(major)) fail(`"${major}" is no major version of Node; name one like 24, see --help.`);

const folder = join(root, '.data', 'node', major);
const binary = join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
if (!existsSync(binary)) await fetchNode();
process.exit(await testOn(binary));

async function fetchNode() {
  mkdirSync(folder, { recursive: true });
  say(`Fetching Node ${major} …`);
  // Its install script links the binary of this platform to where it is looked for.
  const options = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts=false'];
  const code = await run('npm', ['install', '--prefix', folder, `node@${major}`, ...options], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (code === 0 && existsSync(binary)) return;
  say(`The tests on Node ${major} are skipped, for npm's package node@${major} cannot be fetched; see above.`);
  process.exit(0);
}

/** Builds and tests as npm test does; programs that the tests start by name find this Node first. */
function testOn(node) {
  const path = [dirname(node), process.env.PATH].join(delimiter);
  const command = join(root, 'tools', 'cli', 'bin', 'test.mjs');
  return run(node, [command, ...paths], { env: { ...process.env, PATH: path } });
}
