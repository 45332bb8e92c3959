// Runs the fault harness of tests/faults/harness on a build of its own, which has the crash points that others have not.
import { cpSync, rmSync } from 'node:fs';
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

const isSubgraph = ({ folder }) => folder.startsWith('subgraphs/');
const subgraphs = services.filter(isSubgraph);
/** The router and the engines are those of the ordinary build. */
const withoutCrashPoints = [...services, ...engines].filter((program) => !isSubgraph(program));

async function buildSystem() {
  await copyKeptBuild('faults-system', target, (kept) => {
    say('Building the system with its crash points …');
    for (const { folder } of withoutCrashPoints) {
      const built = join(folder, '../dist');
      cpSync(join(root, built), join(kept, built), { recursive: true, filter: (path) => !path.endsWith('.map') });
    }
    return bundle(subgraphs, { target: kept, crashPoints: true, sourceMaps: false });
  });
  return target;
}
let building;
runFaults({
  root,
  build: () => (building ??= buildSystem()),
  realEngines: () => import('../../../tests/engines/real/real-engines.mjs'),
});
