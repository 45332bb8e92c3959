import type { Reader } from '@rentalbook/test-kit';
import { provideBackupVolume } from './support/backup-volume';
import { bar, type Drill, type Figures } from './support/drill';
import type { Variant } from './support/overlay';
import { EXTRA } from './support/restoring';
import type { Stage } from './support/stage';
import { granted, reserveNew, shows, tellStory } from './support/story';
import { runToolWell } from './support/tool-job';

const SUBGRAPHS = ['book', 'reserve', 'rental', 'mypage'];
const COMMANDS = 'backup|restore';
const LABEL = `/metadata/labels/${EXTRA.replaceAll('/', '~1')}`;
const GONE_WITHIN_MS = 60_000;

/** The component, which the drill takes away again, with the image of the overlay. */
const withBackups: Variant = {
  components: ['backup'],
  patches: [
    { target: { kind: 'PersistentVolumeClaim', name: '^backups$' }, patch: [{ op: 'add', path: LABEL, value: '' }] },
    {
      target: { kind: 'CronJob', name: COMMANDS },
      patch: [
        { op: 'add', path: LABEL, value: '' },
        {
          op: 'replace',
          path: '/spec/jobTemplate/spec/template/spec/containers/0/image',
          value: 'rentalbook/tools:local',
        },
      ],
    },
  ],
};

/** What a reader's page says, without what changes by itself. */
async function pageOf(reader: Reader): Promise<string> {
  const { entries } = await reader.page();
  return JSON.stringify(
    entries.map(({ id, bookTitle, status, history }) => [id, bookTitle, status, history.map(({ event }) => event)]),
  );
}

async function scale({ cluster }: Stage, replicas: number): Promise<void> {
  await cluster.inside(['scale', 'deployment', ...SUBGRAPHS, `--replicas=${String(replicas)}`]);
}

async function stopServices(stage: Stage): Promise<void> {
  await scale(stage, 0);
  await stage.until(
    async () => (await Promise.all(SUBGRAPHS.map((service) => stage.cluster.allPods(service)))).flat().length === 0,
    { withinMs: GONE_WITHIN_MS, what: 'the end of the services' },
  );
}

/** MongoDB has no volume here: another pod has nothing. */
async function loseDatabases({ cluster, until, rolledOut }: Stage): Promise<void> {
  const before = await cluster.containers('mongo');
  await cluster.inside(['delete', 'pod', 'mongo-0', '--grace-period=1']);
  await until(async () => ![before, ''].includes(await cluster.containers('mongo')), {
    withinMs: GONE_WITHIN_MS,
    what: 'another MongoDB',
  });
  await rolledOut();
}

/** Backs up, goes on, loses MongoDB, and puts the backup back as docs/operating.md says. */
async function backUpAndRestore(stage: Stage, stop: (stage: Stage) => Promise<void>): Promise<Figures> {
  await provideBackupVolume(stage);
  const [libby, alice, bob] = await Promise.all([stage.librarian(), stage.reader('alice'), stage.reader('bob')]);
  const title = `Flush of ${alice.id}`;
  const { id: bookId } = await granted(stage, (key) => libby.addBook(title, 1, key));
  await reserveNew(stage, alice, bookId);
  await granted(stage, (key) => alice.rent(bookId, key));
  await shows(stage, alice, title, 'ON_RENTAL');
  const before = await pageOf(alice);
  const taken = await runToolWell(stage, 'backup', /: \d+ documents, \d+ bytes\./, ['/backups']);

  // What comes after the backup is lost with the databases.
  await granted(stage, (key) => bob.reserve(bookId, key));
  await stage.until(async () => (await bob.page()).entries.length > 0, {
    withinMs: stage.patienceMs,
    what: 'a reservation after the backup',
  });
  await stop(stage);
  const startedAt = performance.now();
  const put = await runToolWell(stage, 'restore', /Restored \d+ documents/, ['/backups', '--newest', '--replace']);
  await scale(stage, 1);
  await stage.rolledOut();
  await stage.serving();
  const servedAfter = ((performance.now() - startedAt) / 1_000).toFixed(1);

  bar((await pageOf(alice)) === before, `a page after the restore is ${await pageOf(alice)} and was ${before}`);
  const { entries } = await bob.page();
  bar(entries.length === 0, 'a reservation from after the backup is there');
  // The numbers of the streams are given again: no consumer has seen an event that has them.
  const his = await granted(stage, (key) => bob.reserve(bookId, key));
  bar(his.position === 1, `the second reader's position is ${String(his.position)}`);
  await tellStory(stage);
  await runToolWell(stage, 'rebuild', /The rebuilt page and the live one are the same/);
  await runToolWell(stage, 'dead-letters', /^No key is parked\.$/m);
  return {
    'documents of the backup': /(\d+) documents/.exec(taken)?.[1] ?? '',
    'events under way that were sent again': /(\d+) events were under way/.exec(put)?.[1] ?? '',
    'from the restore until the router answered from every subgraph, s': servedAfter,
    'pages that differ from the events afterwards': 0,
    'keys parked afterwards': 0,
  };
}

export const restore: Drill = {
  name: 'restore',
  heading: 'Backup and restore',
  proves:
    'MongoDB loses everything; the backup is put back, the page is the same, nothing is there twice, and the story goes on.',
  byHand: ['# docs/operating.md#backup-and-restore'],
  startsFrom: withBackups,
  prove: (stage) =>
    backUpAndRestore(stage, async () => {
      await stopServices(stage);
      await loseDatabases(stage);
    }),
  control: {
    takenAway: 'with services that go on meanwhile',
    prove: (stage) => backUpAndRestore(stage, () => Promise.resolve()),
  },
};
