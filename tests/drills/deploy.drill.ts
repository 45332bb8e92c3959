import { newSigningKey } from '@rentalbook/service-kit/signing-keys';
import { bar, type Drill, type Figures } from './support/drill';
import { withSettings } from './support/overlay';
import type { Stage } from './support/stage';
import { tellStory } from './support/story';

const STORY_WITHIN_S = 60;
const MOST_MEMORY_MIB = 1_430;

const anotherKey = withSettings('gateway', {
  SIGNING_KEY: String(newSigningKey().privateKey.export({ type: 'pkcs8', format: 'pem' })),
  SIGNING_KEY_FILE: '',
});

async function prove(stage: Stage): Promise<Figures> {
  const startedAt = performance.now();
  const passed = (): number => (performance.now() - startedAt) / 1_000;
  await stage.deploy();
  await stage.rolledOut();
  const ready = passed();
  await stage.serving();
  await tellStory(stage);
  const told = passed();
  bar(
    told <= STORY_WITHIN_S,
    `the story was told ${told.toFixed(1)} s after apply; ${String(STORY_WITHIN_S)} s is the bar`,
  );
  const memory = await stage.until(() => stage.cluster.memoryMiB(), {
    withinMs: 90_000,
    what: 'a measure of every pod',
  });
  bar(memory <= MOST_MEMORY_MIB, `the pods take ${String(memory)} MiB; ${String(MOST_MEMORY_MIB)} MiB is the bar`);
  return {
    'from apply until every pod is ready, s': ready.toFixed(1),
    'from apply until the story was told, s': told.toFixed(1),
    'memory of the five services, MiB': memory,
  };
}

export const deploy: Drill = {
  name: 'deploy',
  heading: 'Deploy',
  proves: `From nothing, one apply gives the whole system, and its story can be told within ${String(STORY_WITHIN_S)} s.`,
  byHand: ['kubectl apply --server-side -k k8s/overlays/local', 'kubectl -n rentalbook rollout status deployment'],
  isFromNothing: true,
  prove,
  control: {
    takenAway: 'with a router that signs with another key',
    async prove(stage) {
      await stage.apply(anotherKey);
      await stage.settled();
      await tellStory(stage);
      return {};
    },
  },
};
