import { runBuilt } from '../../build/prepare.mjs';

await runBuilt('backup');
