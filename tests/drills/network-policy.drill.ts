import { SERVICES } from './support/cluster';
import { httpDoor, kafkaDoor, knockAt, mongoDoor } from './support/doors';
import { bar, type Drill, type Figures } from './support/drill';
import type { Stage } from './support/stage';
import { tellStory } from './support/story';
import { startStray } from './support/stray';

const ROUTER = 'gateway:8080';
const SUBGRAPHS = SERVICES.filter((service) => service !== 'gateway').map((service) => `${service}:8080`);
const DOORS = [...[ROUTER, ...SUBGRAPHS].map(httpDoor), mongoDoor('mongo:27017'), kafkaDoor('my-kafka:9092')];

/** Tries every door from a stray pod, and from the router's. */
async function tryDoors(stage: Stage): Promise<Figures> {
  const stray = await startStray(stage);
  const [router] = await stage.cluster.readyPods('gateway');
  bar(router !== undefined, 'no pod of the router is ready');
  const reaches = async (pod: string, wanted: readonly string[]): Promise<void> => {
    let reached: readonly string[] = [];
    // The policies of a pod that has just started come into force a moment later.
    await stage.until(
      async () => {
        reached = JSON.parse(await stage.cluster.node(pod, knockAt(DOORS))) as string[];
        return reached.join() === wanted.join();
      },
      {
        withinMs: stage.patienceMs / 2,
        what: () => `that ${pod} reaches ${wanted.join(', ')} and nothing else (it reached ${reached.join(', ')})`,
      },
    );
  };
  await reaches(stray, [ROUTER]);
  await reaches(router.metadata.name, SUBGRAPHS);
  await tellStory(stage);
  return {
    'servers tried': DOORS.length,
    'reached by a stray pod': ROUTER,
    'reached by the router': SUBGRAPHS.join(', '),
  };
}

export const networkPolicy: Drill = {
  name: 'network-policy',
  heading: 'Network policies',
  proves:
    'A stray pod reaches neither a subgraph nor an engine, only the router; the router reaches the subgraphs and no engine.',
  byHand: ['kubectl -n rentalbook get networkpolicies', 'kubectl -n rentalbook describe networkpolicy subgraphs'],
  prove: tryDoors,
  control: {
    takenAway: 'without the policies',
    async prove(stage) {
      await stage.cluster.inside(['delete', 'networkpolicies', '--all']);
      return tryDoors(stage);
    },
  },
};
