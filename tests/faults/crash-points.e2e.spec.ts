import { crashPoints } from '@rentalbook/messaging';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf, folderOf, services } from '../../tools/services';

const root = join(__dirname, '../..');
const bundles = services.flatMap((service) =>
  entriesOf(service).map((entry) => `${folderOf(service)}/dist/${entry}.bundle.js`),
);
/** What a bundle with crash points cannot hide: their names, and the setting that arms them. */
const traces = [...crashPoints, 'RENTALBOOK_CRASH_POINTS'];
const tracesIn = (code: string): readonly string[] => traces.filter((trace) => code.includes(trace));

describe('crash points', () => {
  it.each(bundles)('are not in %s, which runs in production', (bundle) => {
    expect(tracesIn(readFileSync(join(root, bundle), 'utf8'))).toEqual([]);
  });

  it('would be found, if a build had them', () => {
    const code = execFileSync(
      join(root, 'node_modules/.bin/esbuild'),
      ['--bundle', '--platform=node', '--external:kafkajs', '--define:CRASH_POINTS=true', '--log-level=error'].concat(
        join(root, 'packages/messaging/src/index.ts'),
      ),
      { encoding: 'utf8' },
    );
    expect(tracesIn(code)).toEqual(traces);
  });
});
