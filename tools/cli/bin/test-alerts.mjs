// Fires alerts by their faults: see tests/alerts.
import { runBundled } from '../../build/bundled.mjs';

await runBundled('tests/alerts/main.ts');
