// See tests/bench. The first argument names what is measured.
import { runBundled } from '../../build/bundled.mjs';

const [name] = process.argv.splice(2, 1);
await runBundled(`tests/bench/${name}.bench.ts`);
