import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { allBoards } from '../src/dashboards/all-boards';
import { allMetrics } from '../src/metrics/catalogue';
import { asked } from '../src/dashboards/ask';
import { hasPromtool, promtool } from './support/promtool';
import { unknownIn } from './support/promql';

const queries = allBoards.flatMap(({ rows }) =>
  rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries.map(({ expr }) => expr))),
);

describe('the dashboards', () => {
  it('use metrics and labels that there are', () => {
    expect(queries.flatMap(unknownIn)).toEqual([]);
  });

  it('show every metric of the catalogue', () => {
    const text = queries.join('\n');
    expect(allMetrics.filter(({ name }) => !text.includes(name)).map(({ name }) => name)).toEqual([]);
  });

  it('have addresses and panels of their own, each with a description', () => {
    expect(new Set(allBoards.map(({ uid }) => uid)).size).toBe(allBoards.length);
    for (const { uid, rows } of allBoards) {
      const panels = rows.flatMap((row) => row.panels);
      expect([uid, new Set(panels.map(({ title }) => title)).size]).toEqual([uid, panels.length]);
      expect([uid, panels.filter(({ description }) => description === '')]).toEqual([uid, []]);
    }
  });

  (hasPromtool ? it : it.skip)('have queries that Prometheus can read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rentalbook-queries-'));
    try {
      const rules = queries.map((expr, place) => ({ record: `query:${String(place)}`, expr: asked(expr) }));
      writeFileSync(join(folder, 'queries.yml'), stringify({ groups: [{ name: 'queries', rules }] }));
      const { status, stderr } = spawnSync(promtool, ['check', 'rules', 'queries.yml'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect({ status, stderr }).toMatchObject({ status: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
