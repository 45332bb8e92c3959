// Asks an API server about the manifests: see tests/manifests.
import { runBundled } from './bundled.mjs';

await runBundled('tests/manifests/validate.ts');
