// Writes what is generated from the catalogue of metrics, or with --check says which file is stale: see src/main.ts.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const outfile = join(root, 'packages/observability/dist/main.js');
await build({
  entryPoints: [join(root, 'packages/observability/src/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'error',
});
process.chdir(root);
createRequire(import.meta.url)(outfile);
