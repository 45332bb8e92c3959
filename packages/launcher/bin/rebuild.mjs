import { runBuilt } from './prepare.mjs';

await runBuilt('rebuild');
