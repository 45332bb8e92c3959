// Runs the fault harness of tests/faults/harness on a build of its own, which has the crash points that others have not.
import { bundle, engines, services } from '../../build/bundle.mjs';
import { copyOrdinaryBuild, loadHarness, once } from '../../build/harness.mjs';
import { copyKeptBuild, root, say } from '../../build/prepare.mjs';

const { target, main } = await loadHarness('faults', 'tests/faults/harness', ['main']);

const isSubgraph = ({ folder }) => folder.startsWith('subgraphs/');
const subgraphs = services.filter(isSubgraph);
/** The router and the engines are those of the ordinary build. */
const withoutCrashPoints = [...services, ...engines].filter((program) => !isSubgraph(program));

async function buildSystem() {
  const make = (kept) => {
    say('Building the system with its crash points …');
    copyOrdinaryBuild(withoutCrashPoints, kept);
    return bundle(subgraphs, { target: kept, crashPoints: true, sourceMaps: false });
  };
  await copyKeptBuild('faults-system', target, make, { ofTests: false });
  return target;
}
main.runFaults({
  root,
  build: once(buildSystem),
  realEngines: () => import('../../../tests/engines/real/real-engines.mjs'),
});
