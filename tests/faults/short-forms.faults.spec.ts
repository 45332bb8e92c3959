import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faults } from './harness/faults';
import type { Row } from '../harness/report/row';

const COMMAND = join(__dirname, '../../tools/cli/bin/faults.mjs');
/** Two minutes on two free cores; a machine that does other things may take its time. */
const PATIENCE_MS = 20 * 60 * 1_000;

describe('nothing is lost, doubled or half done', () => {
  let rows: readonly Row[] = [];
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rentalbook-faults-'));
    const json = join(folder, 'rows.json');
    const harness = spawn(process.execPath, [COMMAND, '--short', '--json', json], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const endWithUs = (): void => void harness.kill();
    process.on('exit', endWithUs);
    let said = '';
    harness.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(harness, 'close');
    process.off('exit', endWithUs);
    try {
      rows = JSON.parse(readFileSync(json, 'utf8')) as Row[];
    } catch (cause) {
      throw new Error(`the harness ended without a result: ${said}`, { cause });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, PATIENCE_MS);

  it.each(faults.map(({ id, name }) => [id, name]))('under %s: %s', (id) => {
    const row = rows.find((one) => one.id === id);
    expect(row?.broken).toEqual([]);
  });
});

describe('npm run test:faults', () => {
  const run = (...args: readonly string[]): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: 'utf8' });
    return { code: status, out: stdout, err: stderr };
  };

  it.each([
    ['F99', `"F99" is no fault; there are ${faults.map(({ id }) => id).join(', ')}.\n`],
    ['--fast', "Unknown option '--fast'; see --help.\n"],
  ])('refuses %s with one sentence, and does nothing', (arg, sentence) => {
    expect(run(arg)).toEqual({ code: 1, out: '', err: sentence });
  });

  it('names every fault in its help', () => {
    const { code, out } = run('--help');
    expect(code).toBe(0);
    for (const { id, name } of faults) expect(out).toContain(`${id.padEnd(4)} ${name}`);
  });
});
