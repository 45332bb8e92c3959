// Fires alerts by their faults: see tests/alerts.
import { runBundled } from './bundled.mjs';

await runBundled('tests/alerts/main.ts');
