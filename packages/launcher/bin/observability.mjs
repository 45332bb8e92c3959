// Writes what is generated from the catalogue of metrics, or with --check says which file is stale: see packages/observability.
import { runBundled } from './bundled.mjs';

await runBundled('packages/observability/src/main.ts');
