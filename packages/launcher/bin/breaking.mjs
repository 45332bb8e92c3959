// Compares the graph and the events with those of main: see tests/contracts.
import { runBundled } from './bundled.mjs';

await runBundled('tests/contracts/main.ts');
