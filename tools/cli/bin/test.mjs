import { join } from 'node:path';
import { prepare, root, run } from '../../build/prepare.mjs';

// Most objects of a test die young: with 16 MiB for them, the default of V8, a quarter of the time of unit tests was garbage collection.
const FLAGS = ['--max-semi-space-size=32'];

await prepare();
const jest = join(root, 'node_modules/jest/bin/jest.js');
const levels = ['unit', 'int', 'e2e', 'faults'];
// Jest starts its workers with the options of its own process.
const jestOptions = [...process.argv.slice(2), '--passWithNoTests', '--selectProjects', ...levels];
process.exit(await run(process.execPath, [...FLAGS, jest, ...jestOptions]));
