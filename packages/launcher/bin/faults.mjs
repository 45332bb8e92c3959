// Runs the fault harness of tests/faults/harness on a build of its own, which has the crash points that others have not.
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundle, engines, services } from './bundle.mjs';
import { copyKeptBuild, prepare, root, say } from './prepare.mjs';

const target = join(root, 'dist', `faults-${process.pid}`);
process.on('exit', () => rmSync(target, { recursive: true, force: true }));

await prepare();
const harness = { folder: 'tests/faults/harness', entries: ['main'] };
await copyKeptBuild('faults-harness', target, (kept) => bundle([harness], { target: kept, sourceMaps: false }));
const { runFaults } = createRequire(import.meta.url)(join(target, harness.folder, 'dist/main.bundle.js'));

async function buildSystem() {
  await copyKeptBuild('faults-system', target, (kept) => {
    say('Building the system with its crash points …');
    return bundle([...services, ...engines], { target: kept, crashPoints: true, sourceMaps: false });
  });
  return target;
}
let building;
runFaults({
  root,
  build: () => (building ??= buildSystem()),
  realEngines: () => import('../../../tests/engines/real/real-engines.mjs'),
});
