import { join } from 'node:path';
import { prepare, root, run } from './prepare.mjs';

await prepare();
const jest = join(root, 'node_modules/jest/bin/jest.js');
const levels = ['unit', 'int', 'e2e', 'faults'];
process.exit(
  await run(process.execPath, [jest, ...process.argv.slice(2), '--passWithNoTests', '--selectProjects', ...levels]),
);
