import { takeOver } from './intruder/intrusion';
import { bar, type Drill, type Figures } from './support/drill';
import type { Stage } from './support/stage';
import { granted, reserveNew, shows } from './support/story';
import { runTool, runToolWell } from './support/tool-job';

const TOPIC = 'rentalbook';
const PARKED_WITHIN_MS = 30_000;

/** The consumers that have parked the key, each with the dead letter that waits first, from what `list` prints. */
const parkedIn = (text: string, key: string): readonly string[] =>
  [...text.matchAll(new RegExp(`${key}  parked by .*\\n.*the first is (\\S+):`, 'g'))].map(([, id]) => id ?? '');

/** PARTITION/OFFSET of an id CONSUMER/PARTITION/OFFSET. */
const messageOf = (id: string): string => id.split('/').slice(1).join('/');

/** Gives the poisonous message up and puts the events behind it back, as an operator does. */
async function settle(stage: Stage, key: string, ids: readonly string[]): Promise<void> {
  for (const message of new Set(ids.map(messageOf)))
    await runToolWell(stage, 'dead-letters', / is given up/, ['discard', message, '--reason', 'a drill published it']);
  const { text } = await runTool(stage, 'dead-letters', ['replay', key]);
  // Where nothing waited behind it, the key was free before.
  bar(/the key is free|is not parked/.test(text), `the replay ended with: ${text.trim().split('\n')[0] ?? ''}`);
}

/** Publishes a message that no consumer can read, then an event of the same book behind it, and operates on that. */
async function park(stage: Stage, operate: typeof settle): Promise<Figures> {
  const [libby, alice] = await Promise.all([stage.librarian(), stage.reader('alice')]);
  const title = `The Years of ${alice.id}`;
  const { id: key } = await granted(stage, (idempotencyKey) => libby.addBook(title, 2, idempotencyKey));
  await reserveNew(stage, await stage.reader('probe'), key);
  const { carryOut } = await takeOver(stage, 'book');
  await carryOut({ databases: [], topic: TOPIC, records: [{ key, value: 'no event', headers: {} }] });
  await reserveNew(stage, alice, key);

  let ids: readonly string[] = [];
  await stage.until(
    async () => {
      ids = parkedIn((await runTool(stage, 'dead-letters')).text, key);
      return ids.some((id) => id.startsWith('mypage/'));
    },
    { withinMs: PARKED_WITHIN_MS, what: 'a parked key in the list' },
  );
  await operate(stage, key, ids);
  try {
    const freedAt = performance.now();
    await shows(stage, alice, title, 'READY');
    return {
      'consumers that parked the key': ids.length,
      'from the freed key until the page shows what waited, s': ((performance.now() - freedAt) / 1_000).toFixed(1),
    };
  } catch (error) {
    // A key that is parked when the drill ends would keep its book from every reader.
    await settle(stage, key, ids);
    throw error;
  }
}

export const deadLetter: Drill = {
  name: 'dead-letter',
  heading: 'A parked key',
  proves:
    'A message that no consumer can read parks the key of its book; the operator frees it on the cluster, and nothing is lost.',
  byHand: [
    'kubectl -n rentalbook create job list --from=cronjob/dead-letters',
    'kubectl -n rentalbook wait --for=condition=complete job/list --timeout=60s',
    'kubectl -n rentalbook logs job/list',
    '# discard and replay are Jobs with other arguments: docs/operating.md#on-a-cluster',
  ],
  prove: (stage) => park(stage, settle),
  control: { takenAway: 'with a key that stays parked', prove: (stage) => park(stage, () => Promise.resolve()) },
};
