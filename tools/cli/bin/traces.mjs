// Runs the trials of tests/traces on a copy of the ordinary build, which a later build leaves alone.
import { engines, services } from '../../build/bundle.mjs';
import { copyOrdinaryBuild, loadHarness, once } from '../../build/harness.mjs';
import { root } from '../../build/prepare.mjs';

const { target, main } = await loadHarness('traces', 'tests/traces', ['main']);

main.runTraces({
  root,
  build: once(async () => {
    copyOrdinaryBuild([...services, ...engines], target);
    return target;
  }),
  realEngines: () => import('../../../tests/engines/real/real-engines.mjs'),
});
