import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allAlerts } from '../src/alerts/all-alerts';
import { renderRuleTests } from '../src/alerts/rule-tests';
import { anchorOf, recordingRules, renderRules } from '../src/alerts/rules';
import { hasPromtool, promtool } from './support/promtool';
import { unknownIn } from './support/promql';

const root = join(__dirname, '../../..');
describe('the alerts', () => {
  it('use metrics and labels that there are', () => {
    const expressions = [...recordingRules.map(({ expr }) => expr), ...allAlerts.map(({ expr }) => expr)];
    expect(expressions.flatMap(unknownIn)).toEqual([]);
  });

  it('would be found out with a metric, a label or a value that there is not', () => {
    expect(unknownIn('rate(rentalbook_request_total[5m]) > 0')).toEqual(['rentalbook_request_total']);
    expect(unknownIn('sum by (member) (rentalbook_parked_keys)')).toEqual(['the label member']);
    expect(unknownIn('rentalbook_dead_letters_total{reason="forged"}')).toEqual([
      'rentalbook_dead_letters_total{reason}',
    ]);
    expect(unknownIn('rentalbook_dead_letters_total{cause=~"gap|lost"}')).toEqual([
      'rentalbook_dead_letters_total{cause="lost"}',
    ]);
    expect(unknownIn('rentalbook_read_seconds_bucket{le="0.5"}')).toEqual(['rentalbook_read_seconds_bucket']);
    expect(unknownIn('rentalbook_document_bytes_bucket{le="5"}')).toEqual(['rentalbook_document_bytes_bucket{le="5"}']);
  });

  it('have a severity, a meaning, a first look and a remedy each, under a name of its own', () => {
    expect(new Set(allAlerts.map(({ name }) => name)).size).toBe(allAlerts.length);
    for (const { name, meaning, look, remedy, summary } of allAlerts) {
      expect(name).toMatch(/^Rentalbook[A-Z]\w+$/);
      expect(meaning).toMatch(/^[A-Z].+\.$/);
      expect([name, look.length > 0, remedy.length > 0, summary.length > 0]).toEqual([name, true, true, true]);
    }
  });

  it('lead to a section of the runbook', () => {
    const headings = [...readFileSync(join(root, 'docs/runbook.md'), 'utf8').matchAll(/^#+ (.+)$/gm)].map(
      ([, heading]) => heading?.toLowerCase(),
    );
    expect(allAlerts.map(anchorOf).filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  (hasPromtool ? it : it.skip)('fire within their time, not before, and are over in time: promtool', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rentalbook-alerts-'));
    try {
      writeFileSync(join(folder, 'all.yml'), renderRules());
      const tests = renderRuleTests(allAlerts, (place) => `${String(place)}.rules.yml`);
      tests.forEach(({ rules, test }, place) => {
        writeFileSync(join(folder, `${String(place)}.rules.yml`), rules);
        writeFileSync(join(folder, `${String(place)}.test.yml`), test);
      });
      const run = (...args: string[]) => {
        const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: folder, encoding: 'utf8' });
        return { status, output: stdout + stderr };
      };
      const files = tests.map((_, place) => `${String(place)}.test.yml`);
      expect(run('check', 'rules', 'all.yml')).toMatchObject({ status: 0 });
      expect(run('test', 'rules', ...files)).toMatchObject({ status: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
