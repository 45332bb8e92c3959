// Asks an API server about the manifests: see tests/manifests.
import { runBundled } from '../../build/bundled.mjs';

await runBundled('tests/manifests/validate.ts');
