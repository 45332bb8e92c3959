// Bundles the drills anew, which takes a fraction of a second, and runs them in this very process; see tests/drills.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

await prepare();
const outfile = join(root, 'tests/dist/drill.js');
await build({
  entryPoints: [join(root, 'tests/drills/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  keepNames: true,
  loader: { '.graphql': 'text' },
  logLevel: 'error',
});
process.chdir(root);
createRequire(import.meta.url)(outfile);
