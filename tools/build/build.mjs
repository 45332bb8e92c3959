// Bundles every executable into one file of its own: a process starts in a fraction of the time that it took from its
// sources, and what runs on a laptop is what an image contains.
import { performance } from 'node:perf_hooks';
import { bundle, engines, services } from './bundle.mjs';
import { readArguments, recordBuild, withLock } from './prepare.mjs';

const HELP = `Bundles every executable.

  npm run build
  npm run build -- --images     only what images contain, without source maps
`;
const folder = 'tools/cli/src';
/** Those of the image "tools". */
const tools = ['tools', 'dead-letters', 'rebuild', 'backup', 'restore', 'seed', 'demo'];
const commands = { folder, entries: [...tools, 'start', 'token', 'cluster-keys'] };

const { values } = readArguments(HELP, { images: { type: 'boolean' } });
const startedAt = performance.now();
await withLock(() =>
  values.images
    ? bundle([...services, { folder, entries: tools }], { sourceMaps: false })
    : recordBuild(() => bundle([...services, ...engines, commands])),
);
process.stderr.write(`Built in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s.\n`);
