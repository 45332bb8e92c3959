import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const LEAST_PLANTED = 20;
const patches = readdirSync(__dirname)
  .filter((file) => file.endsWith('.patch'))
  .map((file) => file.slice(0, -'.patch'.length));

/** `npm run test:mutants -- ARGS`, in the repository at `root`. */
function mutants(args: readonly string[], root = ROOT): { code: number | null; out: string; err: string } {
  const bin = join(root, 'tools/cli/bin/mutants.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

describe('the planted bugs', () => {
  it('are at least twenty, each has a check that is to catch it, and each still applies to the sources', () => {
    const { code, out, err } = mutants(['--list']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const listed = out.split('\n').filter((line) => /^[a-z]/.test(line));
    expect(listed.sort()).toEqual(patches.sort());
    expect(listed.length).toBeGreaterThanOrEqual(LEAST_PLANTED);
  });

  it.each([
    [['no-such-bug'], 'There is no planted bug "no-such-bug"; --list says which there are.\n'],
    [['--fast'], "Unknown option '--fast'; see --help.\n"],
    [['--json'], "Option '--json <value>' argument missing; see --help.\n"],
  ])('are not tried when the command is called with %s', (args, sentence) => {
    expect(mutants(args)).toEqual({ code: 1, out: '', err: sentence });
  });

  it('name the file when they no longer apply to it', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'rentalbook-patches-'));
    try {
      for (const part of ['tools/cli/bin', 'tools/build', 'packages/aggregate-store/src', 'tests/faults/mutants'])
        cpSync(join(ROOT, part), join(elsewhere, part), { recursive: true });
      const file = 'packages/aggregate-store/src/aggregate/document-access.ts';
      const text = readFileSync(join(elsewhere, file), 'utf8');
      writeFileSync(join(elsewhere, file), text.replaceAll('revision', 'version'));
      expect(mutants(['--list', 'no-conditional-write'], elsewhere)).toMatchObject({
        code: 1,
        err: `The patch "no-conditional-write" no longer applies to ${file}; adapt it.\n`,
      });
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });
});
