import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(__dirname, '../../..');
// Elsewhere npm is no program that a script can stand in for.
const withNpm = process.platform === 'win32' ? it.skip : it;
// An archive of the sources has no index of what is tracked.
const inRepository = existsSync(join(ROOT, '.git')) ? it : it.skip;

describe('a checkout', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-checkout-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  withNpm('gets the packages of its tests also where NODE_ENV is production', () => {
    cpSync(join(ROOT, 'tools/build'), join(folder, 'tools/build'), { recursive: true });
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ devDependencies: { jest: '30.5.2' } }));
    writeFileSync(join(folder, 'package-lock.json'), '{}');
    const called = join(folder, 'called');
    writeFileSync(join(folder, 'npm'), `#!/bin/sh\necho "$@" > "${called}"\nexit 9\n`, { mode: 0o755 });
    const script = `const { prepare } = await import('${pathToFileURL(join(folder, 'tools/build/prepare.mjs')).href}'); await prepare();`;
    const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { PATH: [folder, dirname(process.execPath), '/bin'].join(delimiter), NODE_ENV: 'production' },
    });
    expect({ status, called: readFileSync(called, 'utf8').split(/\s/) }).toEqual({
      status: 1,
      called: expect.arrayContaining(['ci', '--include=dev']),
    });
  });

  describe('tested on another Node', () => {
    const onNode = (npm: string, ...args: string[]) => {
      const bin = 'tools/cli/bin';
      for (const part of [bin, 'tools/build']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
      writeFileSync(join(folder, 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, bin, 'test-node.mjs'), ...args], {
        env: { PATH: [folder, dirname(process.execPath), '/bin'].join(delimiter) },
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    };

    withNpm('is tested with the Node that npm fetched, which programs find first', () => {
      const home = join(folder, '.data/node/24/node_modules/node/bin');
      const node = `#!/bin/sh\\necho "$1 $2 $(dirname "$(command -v node)")"\\nexit 3\\n`;
      const { status, stdout } = onNode(
        `mkdir -p ${home}; printf '${node}' > ${home}/node; chmod +x ${home}/node`,
        '24',
        'tests/docs',
      );
      expect([status, stdout]).toEqual([3, `${join(folder, 'tools/cli/bin/test.mjs')} tests/docs ${home}\n`]);
    });

    withNpm('is not tested where npm cannot fetch it, and that is said in one sentence', () => {
      expect(onNode('exit 1', '24')).toEqual({
        status: 0,
        stdout: '',
        stderr: [
          'Fetching Node 24 …',
          "The tests on Node 24 are skipped, for npm's package node@24 cannot be fetched; see above.",
          '',
        ].join('\n'),
      });
    });

    withNpm('is not tested on a version that is none', () => {
      expect(onNode('exit 1', 'twenty')).toMatchObject({
        status: 1,
        stderr: '"twenty" is no major version of Node; name one like 24, see --help.\n',
      });
    });
  });

  it('is tested as a test also where NODE_ENV is production', () => {
    const config = pathToFileURL(join(ROOT, 'jest.config.mjs')).href;
    const script = `await import('${config}'); process.stdout.write(process.env.NODE_ENV);`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
      encoding: 'utf8',
    });
    expect(stdout).toBe('test');
  });

  inRepository('has no file whose line ends git would convert', () => {
    const { stdout, status } = spawnSync('git', ['-c', 'core.autocrlf=true', 'ls-files', '--eol'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    const files = stdout.trim().split('\n');
    expect(files.length).toBeGreaterThan(500);
    // A text has line feeds in the index, and the attribute keeps them in the working tree; what is binary is never converted.
    const converted = files.filter((line) => !/^i\/(lf|none)\s.*eol=lf/.test(line) && !/^i\/-text\s/.test(line));
    expect(converted).toEqual([]);
  });
});
