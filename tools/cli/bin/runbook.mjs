// Writes docs/runbook.md from the drills and their last figures: see tests/drills.
import { runBundled } from '../../build/bundled.mjs';

await runBundled('tests/drills/runbook.ts');
