import { runBuilt } from './prepare.mjs';

await runBuilt('dead-letters');
