import { attempts, databases, recordNames, type RecordName, type Scene } from './intruder/attempts';
import { subscribedRecord, type Signed } from './intruder/forged-events';
import { overlayKeyOf, takeOver, type Intrusion } from './intruder/intrusion';
import { places, NAME_SERVER } from './intruder/places';
import { answeringDoor, knockAt } from './support/doors';
import { bar, type Drill, type Figures } from './support/drill';
import type { Stage } from './support/stage';
import { startStray } from './support/stray';

const TOPIC = 'rentalbook';
const DNS = 53;
/** A consumer group that has just lost a pod waits for it before it goes on. */
const APPLIES_WITHIN_MS = 60_000;
const STRAY = 'stray-names';
const TITLE = 'Published by an intruder';

const signedAs = (name: RecordName, { key }: Intrusion): Signed | undefined =>
  ({
    'without a signature': undefined,
    'with Book’s signature': { key, as: 'book' },
    'with Book’s signature in Reserve’s name': { key, as: 'reserve' },
    'with Reserve’s signature': { key: overlayKeyOf('reserve'), as: 'reserve' },
  })[name];

/** Publishes the records and reads the databases from inside; waits until MyPage has dealt with each record. */
async function carryOut(stage: Stage, book: Intrusion): Promise<Pick<Scene, 'findings' | 'shown'>> {
  const readers = await Promise.all(recordNames.map(async (name) => ({ name, reader: await stage.reader('victim') })));
  const records = readers.map(({ name, reader }) => subscribedRecord(reader.id, TITLE, signedAs(name, book)));
  const before = await forgedEvents(stage);
  const findings = await book.carryOut({ databases, topic: TOPIC, records });
  let shown: Readonly<Record<string, string>> = {};
  let forged = 0;
  await stage.until(
    async () => {
      forged = (await forgedEvents(stage)) - before;
      const pages = await Promise.all(
        readers.map(async ({ name, reader }): Promise<[string, string]> => {
          const { entries } = await reader.page();
          return [name, entries.some(({ bookTitle }) => bookTitle === TITLE) ? 'applied' : 'not applied'];
        }),
      );
      shown = Object.fromEntries(pages);
      return forged + pages.filter(([, what]) => what === 'applied').length >= records.length;
    },
    {
      withinMs: APPLIES_WITHIN_MS,
      what: () => `that MyPage deals with each record (${String(forged)} refused, ${JSON.stringify(shown)})`,
    },
  );
  return { findings, shown };
}

/** The records that MyPage refused because their source did not sign them. */
async function forgedEvents({ cluster }: Stage): Promise<number> {
  const [pod] = await cluster.readyPods('mypage');
  bar(pod !== undefined, 'no pod of mypage is ready');
  const metrics = await cluster.node(
    pod.metadata.name,
    `fetch('http://127.0.0.1:9464/metrics').then((answer) => answer.text()).then((text) => process.stdout.write(text))`,
  );
  return Number(/^rentalbook_dead_letters_total\{.*cause="forged".*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

/** The servers that answer from inside; the stranger's has only an address, and answers a pod that may send anywhere. */
async function reach(stage: Stage, book: Intrusion): Promise<readonly string[]> {
  const { cluster } = stage;
  await startStray(stage, { name: STRAY, hasSidecar: false, answersAt: DNS });
  const onlooker = await startStray(stage);
  const [stranger] = await cluster.readyPods(STRAY);
  bar(stranger?.status.podIP !== undefined, 'the server of the stranger has no address');
  const door = answeringDoor(`${stranger.status.podIP}:${String(DNS)}`);
  await stage.until(async () => (await cluster.node(onlooker, knockAt([door]))) === JSON.stringify([door.server]), {
    withinMs: stage.patienceMs,
    what: 'an answer of the server of the stranger',
  });
  const reached = await book.reached([...places, door]);
  return reached.map((server) => (server === door.server ? NAME_SERVER : server));
}

async function intrude(stage: Stage): Promise<Figures> {
  const book = await takeOver(stage, 'book');
  const scene: Scene = { stage, book, ...(await carryOut(stage, book)), reached: await reach(stage, book) };
  const hasUsers = await book.hasMongoUser();
  const figures: Record<string, string> = {};
  const wrong: string[] = [];
  for (const { what, expected, find, needs } of attempts) {
    const found = needs !== undefined && !hasUsers ? `not tried, for it needs ${needs}` : await find(scene);
    figures[what] = found;
    if (found !== expected && !found.startsWith('not tried')) wrong.push(`${what}: ${found} instead of ${expected}`);
  }
  bar(wrong.length === 0, wrong.join('; '));
  return figures;
}

export const compromisedBook: Drill = {
  name: 'compromised-book',
  heading: 'A pod of Book that was taken over',
  proves:
    'Code that runs in a pod of Book reads no other database (where MongoDB has users), signs no identity that another service accepts, publishes no event of another source that is applied, and reaches no other service.',
  byHand: [
    'kubectl -n rentalbook exec deployment/book -- ls /etc/rentalbook/own-keys /etc/rentalbook/service-keys',
    `kubectl -n rentalbook exec deployment/book -- node -e 'fetch("http://reserve:8080/readyz", { signal: AbortSignal.timeout(3000) }).then(console.log, console.log)'`,
    'npm run dead-letters -- list',
  ],
  prove: intrude,
  control: {
    takenAway: 'without the network policies',
    async prove(stage) {
      await stage.cluster.inside(['delete', 'networkpolicies', '--all']);
      return intrude(stage);
    },
  },
};
