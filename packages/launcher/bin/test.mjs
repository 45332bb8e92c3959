import { join } from 'node:path';
import { prepare, root, run } from './prepare.mjs';

await prepare();
const jest = join(root, 'node_modules/jest/bin/jest.js');
const test = (...projects) =>
  run(process.execPath, [jest, ...process.argv.slice(2), '--passWithNoTests', '--selectProjects', ...projects]);

const INTERRUPTED = 128;
const code = await test('unit', 'int', 'e2e');
if (code > INTERRUPTED) process.exit(code);
// The faults start two systems and harm them, which takes all of a small machine.
process.exit(Math.max(code, await test('faults')));
