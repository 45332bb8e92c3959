// Runs TypeScript of tests/ as a command: bundles it anew, which takes a fraction of a second, and loads it into this very process.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { prepare, root } from './prepare.mjs';

export async function runBundled(entry) {
  await prepare();
  const outfile = join(root, 'tests/dist', `${basename(entry, '.ts')}.js`);
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    loader: { '.graphql': 'text' },
    external: ['libsql', 'altair-static'],
    logLevel: 'error',
  });
  process.chdir(root);
  createRequire(import.meta.url)(outfile);
}
