import { AnsweredWithErrors } from '@rentalbook/test-kit';
import { SERVICES } from './support/cluster';
import { bar, faultsIn, type Drill, type Figures } from './support/drill';
import type { Stage } from './support/stage';
import { granted, tellStory } from './support/story';

const SUBGRAPHS = SERVICES.filter((service) => service !== 'gateway');
const REPORTED_WITHIN_MS = 60_000;
const KAFKA_LOST = 'Kafka has no topic';
const MONGO_LOST = 'MongoDB lost the database or is another server';

/** What happens to the pod of an engine. */
type Harm = (stage: Stage, pod: string) => Promise<void>;

/** The pod and all that it holds are gone; the StatefulSet starts another. */
const deletePod: Harm = async ({ cluster }, pod) => {
  await cluster.inside(['delete', 'pod', pod, '--grace-period=1']);
};

/** The process ends, and the container starts again with its data. */
const endProcess: Harm = async ({ cluster }, pod) => {
  await cluster.inside(['exec', pod, '--', 'sh', '-c', 'kill 1']);
};

/** The services that have logged the sentence since the moment, in their current containers. */
async function reporting({ cluster }: Stage, sentence: string, since: string): Promise<readonly string[]> {
  const logs = await Promise.all(
    SUBGRAPHS.map(async (service) => {
      const [pod] = await cluster.readyPods(service);
      return pod && (await cluster.inside(['logs', pod.metadata.name, `--since-time=${since}`]));
    }),
  );
  return SUBGRAPHS.filter((_service, at) => logs[at]?.includes(sentence));
}

/** Harms an engine; resolves to the services that reported the loss and to the seconds until then. */
async function harmed(stage: Stage, pod: string, harm: Harm, sentence: string, atLeast: number): Promise<string> {
  const startedAt = performance.now();
  const since = new Date().toISOString();
  await harm(stage, pod);
  let services: readonly string[] = [];
  await stage.until(
    async () => {
      services = await reporting(stage, sentence, since);
      return services.length >= atLeast;
    },
    {
      withinMs: Math.min(REPORTED_WITHIN_MS, 2 * stage.patienceMs),
      what: () => `the report of the loss of ${pod} (by ${services.join(', ') || 'no service'})`,
    },
  );
  await stage.rolledOut();
  await stage.serving();
  return `${services.join(', ')}, after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
}

/** Commands while MongoDB is new and the services do not know it yet: each is granted, or refused as one to be repeated. */
async function onlyUnavailable(stage: Stage, until: Promise<unknown>): Promise<string> {
  const libby = await stage.librarian();
  const ended = { is: false };
  const over = until.finally(() => (ended.is = true));
  let refused = 0;
  while (!ended.is) {
    stage.signal.throwIfAborted();
    try {
      await libby.addBook(`The Voyage Out ${String(refused)}`, 1);
    } catch (error) {
      if (!(error instanceof AnsweredWithErrors)) throw error;
      bar(error.message.includes('UNAVAILABLE'), `a command was answered with ${faultsIn(error)}`);
      refused += 1;
    }
  }
  await over;
  return String(refused);
}

async function loseEngines(stage: Stage, harm: Harm): Promise<Figures> {
  // A topic and databases that hold something.
  const libby = await stage.librarian();
  await granted(stage, (key) => libby.addBook('Night and Day', 1, key));
  await tellStory(stage);
  const kafka = await harmed(stage, 'my-kafka-0', harm, KAFKA_LOST, 1);
  await tellStory(stage);
  const loss = harmed(stage, 'mongo-0', harm, MONGO_LOST, SUBGRAPHS.length);
  const [mongo, refused] = await Promise.all([loss, onlyUnavailable(stage, loss)]);
  await tellStory(stage);
  return {
    'the lost topic is reported by': kafka,
    'lost databases are reported by': mongo,
    'commands meanwhile that were refused as UNAVAILABLE': refused,
    'the story afterwards': 'passes after each',
  };
}

export const engineLoss: Drill = {
  name: 'engine-loss',
  heading: 'An engine that lost its data',
  proves:
    'When the pod of Kafka or of MongoDB is gone with its data, the services report it, heal by themselves, and the story passes.',
  byHand: [
    'kubectl -n rentalbook delete pod my-kafka-0',
    'kubectl -n rentalbook delete pod mongo-0',
    'kubectl -n rentalbook logs deployment/reserve --previous    # docs/trouble.md says what was lost, and what to do',
  ],
  prove: (stage) => loseEngines(stage, deletePod),
  control: {
    takenAway: 'with engines that are restarted with their data',
    prove: (stage) => loseEngines(stage, endProcess),
  },
};
