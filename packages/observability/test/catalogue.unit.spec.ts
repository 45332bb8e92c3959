import { sources } from '@rentalbook/event-contracts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { owners, services, subgraphs } from '../../../tools/services';
import { allMetrics, OWNERS, SERVICES, SOURCES, SUBGRAPHS } from '../src/metrics/catalogue';

const root = join(__dirname, '../../..');
/** Series of one metric in one process: histograms have one for each bucket, and three more. */
const SERIES_AT_MOST = 1_000;

describe('the catalogue of metrics', () => {
  it('has a name once, with its unit at the end as Prometheus recommends', () => {
    const names = allMetrics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, type, unit } of allMetrics) {
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      if (unit !== 'count') expect(name).toMatch(new RegExp(`_${unit}$`));
    }
  });

  it('says in one sentence what each is', () => {
    for (const { help } of allMetrics) expect(help).toMatch(/^(1|[A-Z]).+[^.]\.$/);
  });

  it('bounds the series of each, with one more value of each label', () => {
    const bounds = allMetrics.map(({ name, labels, buckets = [], type }) => {
      const sets = Object.values(labels).reduce((product, values) => product * (values.length + 1), 1);
      return { name, series: sets * (type === 'histogram' ? buckets.length + 3 : 1) };
    });
    expect(bounds.filter(({ series }) => series > SERIES_AT_MOST || series === 0)).toEqual([
      // Five kinds of operation with sixteen outcomes each, most of which are refusals before anything is carried out.
      { name: 'rentalbook_request_duration_seconds', series: 1_120 },
    ]);
    for (const { name, labels } of allMetrics)
      for (const [label, values] of Object.entries(labels)) {
        expect([name, label, new Set(values).size]).toEqual([name, label, values.length]);
        expect([name, label, values.length > 0 && values.length <= 16]).toEqual([name, label, true]);
      }
  });

  it('has ascending buckets for each histogram', () => {
    for (const { buckets, type } of allMetrics) {
      expect(buckets !== undefined).toBe(type === 'histogram');
      expect([...(buckets ?? [])].sort((a, b) => a - b)).toEqual([...(buckets ?? [])]);
    }
  });

  it('knows every service, subgraph and owner of an aggregate', () => {
    expect([...SERVICES].sort()).toEqual([...services].sort());
    expect([SUBGRAPHS, OWNERS]).toEqual([subgraphs, owners]);
  });

  it('knows every source of events', () => {
    expect([...SOURCES].sort()).toEqual([...sources].sort());
  });

  it('is the only place of metrics: nothing else makes one', () => {
    const workspaces = ['engines', 'packages', 'subgraphs'].flatMap((folder) =>
      readdirSync(join(root, folder)).map((name) => join(folder, name)),
    );
    // A folder that moved away may leave its build behind.
    const withSources = [...workspaces, 'router', 'tools/cli'].filter((workspace) =>
      existsSync(join(root, workspace, 'src')),
    );
    const importers = withSources.flatMap((workspace) =>
      readdirSync(join(root, workspace, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(workspace, 'src', file))
        .filter((file) => readFileSync(join(root, file), 'utf8').includes("from 'prom-client'")),
    );
    const telemetry = 'packages/service-kit/src/telemetry';
    expect(importers.sort()).toEqual([`${telemetry}/metrics.ts`, `${telemetry}/registered-metrics.ts`]);
    const made = importers.flatMap(
      (file) => readFileSync(join(root, file), 'utf8').match(/new (Counter|Gauge|Histogram|Summary)\(/g) ?? [],
    );
    expect(made).toEqual(['new Counter(', 'new Histogram(', 'new Gauge(']);
  });
});
