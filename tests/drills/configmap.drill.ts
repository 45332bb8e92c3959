import { randomBytes } from 'node:crypto';
import { allGood } from './support/counting';
import { bar, type Drill, type Figures } from './support/drill';
import { underLoad } from './support/load';
import type { Variant } from './support/overlay';
import { EXTRA } from './support/restoring';
import type { Stage } from './support/stage';
import { granted } from './support/story';

const SEEN_WITHIN_MS = 60_000;
/** Many times what it takes a kubelet that was told to look. */
const NEVER_SEEN_WITHIN_MS = 15_000;
const READERS = 2;

/** The same files, each mounted by itself: the kubelet never renews such a mount. */
const mountedByFile: Variant = {
  patches: [
    {
      target: { kind: 'Deployment', name: '^reserve$' },
      patch: [
        {
          op: 'replace',
          path: '/spec/template/spec/containers/0/volumeMounts',
          value: [
            { name: 'policy', mountPath: '/etc/rentalbook/policy/STATUS', subPath: 'STATUS', readOnly: true },
            { name: 'service-keys', mountPath: '/etc/rentalbook/service-keys', readOnly: true },
            { name: 'own-keys', mountPath: '/etc/rentalbook/own-keys', readOnly: true },
          ],
        },
      ],
    },
  ],
};

/**
 * Gives the ConfigMap another word and waits until a reservation says it, while other readers go on. A kubelet looks at a
 * pod's mounts every 60 to 90 s, and at once when anything of the pod changes: hence the annotation.
 */
async function changeWord(stage: Stage, withinMs: number): Promise<Figures> {
  const { cluster } = stage;
  const word = `Drill-${randomBytes(3).toString('hex')}`;
  const libby = await stage.librarian();
  const { id: bookId } = await granted(stage, (key) => libby.addBook(`The Waves, ${word}`, 1, key));
  const before = await cluster.containers('reserve');
  const { result: seconds, tally } = await underLoad(stage, { readers: READERS }, async () => {
    const startedAt = performance.now();
    await cluster.inside(['patch', 'configmap', 'systemword', '--patch', JSON.stringify({ data: { word } })]);
    await cluster.inside(['annotate', 'pods', '--selector', 'app=reserve', `${EXTRA}=${word}`]);
    await stage.until(
      async () => {
        const { entity } = await (await stage.reader('patient')).reserve(bookId);
        return entity?.statusText === `Process in ${word}`;
      },
      { withinMs, what: 'a reservation with the new word' },
    );
    return (performance.now() - startedAt) / 1_000;
  });
  bar(before === (await cluster.containers('reserve')), 'a container of Reserve was started again');
  allGood(tally);
  return {
    'from the change until a reservation says it, s': seconds.toFixed(1),
    'containers started again': 0,
    'requests meanwhile': tally.requests,
    'good by GraphQL result, %': tally.goodPercent,
  };
}

export const configmap: Drill = {
  name: 'configmap',
  heading: 'ConfigMap (systemword.word)',
  proves:
    'Another word in the ConfigMap shows in new reservations within 60 s, without a restart and without downtime.',
  byHand: [
    `kubectl -n rentalbook patch configmap systemword --patch '{"data":{"word":"Confirming"}}'`,
    'kubectl -n rentalbook annotate pods --selector app=reserve word-changed="$(date)"',
    'kubectl -n rentalbook get pods --selector app=reserve',
  ],
  prove: (stage) => changeWord(stage, SEEN_WITHIN_MS),
  control: {
    takenAway: 'with each file mounted by itself (subPath)',
    async prove(stage) {
      await stage.apply(mountedByFile);
      await stage.settled();
      return changeWord(stage, NEVER_SEEN_WITHIN_MS);
    },
  },
};
