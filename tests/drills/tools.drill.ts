import type { Drill, Figures } from './support/drill';
import type { Stage } from './support/stage';
import { runToolWell } from './support/tool-job';

async function useTools(stage: Stage): Promise<Figures> {
  const seeded = await runToolWell(stage, 'seed', /^(Added \d+ books\.|The catalogue has books already.*)$/m);
  await runToolWell(stage, 'demo', /That is the whole story: every answer was as expected\./);
  await runToolWell(stage, 'rebuild', /The rebuilt page and the live one are the same/);
  const parked = await runToolWell(stage, 'dead-letters', /^(No key is parked\.|.*parked by .*)$/m);
  return {
    seed: seeded.trim(),
    demo: 'the whole story',
    'rebuild mypage --verify-only': 'the rebuilt page and the live one are the same',
    'dead-letters list': parked.trim(),
  };
}

export const tools: Drill = {
  name: 'tools',
  heading: 'The operator’s commands on the cluster',
  proves: 'Seed, demo, dead letters and a rebuild run as Jobs beside default-deny policies.',
  byHand: [
    'kubectl -n rentalbook create job seed --from=cronjob/seed',
    'kubectl -n rentalbook create job demo --from=cronjob/demo',
    'kubectl -n rentalbook create job verify --from=cronjob/rebuild',
    'kubectl -n rentalbook wait --for=condition=complete job/seed job/demo job/verify --timeout=60s',
    'kubectl -n rentalbook logs job/verify',
  ],
  prove: useTools,
  control: {
    takenAway: 'without the policies that let the commands out',
    async prove(stage) {
      await stage.cluster.inside(['delete', 'networkpolicies', 'tools', 'demo', 'demo-events']);
      return useTools(stage);
    },
  },
};
