// Writes what is generated from the catalogue of metrics, or with --check says which file is stale: see packages/observability.
import { runBundled } from '../../build/bundled.mjs';

await runBundled('tools/cli/src/observability.ts');
