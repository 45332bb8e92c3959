// Compares the graph and the events with those of main: see tests/contracts.
import { runBundled } from '../../build/bundled.mjs';

await runBundled('tests/contracts/main.ts');
