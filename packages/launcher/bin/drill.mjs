// Tries operations on a cluster: see tests/drills.
import { runBundled } from './bundled.mjs';

await runBundled('tests/drills/main.ts');
