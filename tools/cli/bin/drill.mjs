// Tries operations on a cluster: see tests/drills.
import { runBundled } from '../../build/bundled.mjs';

await runBundled('tests/drills/main.ts');
