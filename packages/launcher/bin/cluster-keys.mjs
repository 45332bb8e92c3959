import { runBuilt } from './prepare.mjs';

await runBuilt('cluster-keys');
