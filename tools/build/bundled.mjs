// Runs TypeScript that is no part of a program as a command: bundles it anew, which takes a fraction of a second, and loads it into this very process.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { during, prepare, root } from './prepare.mjs';

export async function runBundled(entry) {
  await prepare();
  // As deep as a source of packages/*/src, so that what looks for the repository from there finds it from here.
  const outfile = join(root, dirname(entry), 'dist', `${basename(entry, '.ts')}.js`);
  const options = {
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
  };
  await during('bundling', () => build(options));
  process.chdir(root);
  createRequire(import.meta.url)(outfile);
}
