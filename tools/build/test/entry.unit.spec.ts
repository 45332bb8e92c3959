import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rentalbook-entry-'));
  copyFileSync(join(__dirname, '../entry.cjs'), join(folder, 'main.js'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const bundleIs = (text: string): void => {
  writeFileSync(join(folder, 'main.bundle.js'), text);
};

function start({ flags = [], env = {} }: { flags?: readonly string[]; env?: Readonly<Record<string, string>> } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, join(folder, 'main.js')], {
    encoding: 'utf8',
    env: { ...env, NODE_DEBUG: 'code-cache' },
  });
  return { status, said: stdout.trim(), from: /CODE-CACHE \d+: (.+)/.exec(stderr)?.[1] };
}
const startAndKeep = () => start({ env: { KEEP_CODE_CACHE: '1' } });

describe('what a process starts with', () => {
  it('runs the bundle beside it, without a cache, and leaves none behind', () => {
    bundleIs('console.log(require("node:path").basename(__filename)); process.exitCode = 3;');
    expect(start()).toEqual({ status: 3, said: 'main.bundle.js', from: 'compiled anew' });
    expect(existsSync(join(folder, 'main.bundle.js.cache'))).toBe(false);
  });

  it('starts from the code that was kept, however large its heap may grow', () => {
    bundleIs('console.log("one");');
    startAndKeep();
    expect(start()).toEqual({ status: 0, said: 'one', from: 'from the cache' });
    const flags = ['--max-semi-space-size=2', '--max-old-space-size=160'];
    expect(start({ flags })).toEqual({ status: 0, said: 'one', from: 'from the cache' });
  });

  it('compiles another bundle anew, even one of the same length, and what another V8 cannot use', () => {
    bundleIs('console.log("one");');
    startAndKeep();
    expect(start({ flags: ['--no-lazy'] })).toEqual({ status: 0, said: 'one', from: 'compiled anew' });
    bundleIs('console.log("two");');
    expect(start()).toEqual({ status: 0, said: 'two', from: 'compiled anew' });
  });
});
