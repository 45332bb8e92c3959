import { runBuilt } from '../../build/prepare.mjs';

await runBuilt('seed');
