import { bar, type Drill, type Figures } from './support/drill';
import { hang } from './support/hang';
import type { Variant } from './support/overlay';
import type { Stage } from './support/stage';
import { granted, reserveNew, shows } from './support/story';

const RESTARTS_WITHIN_MS = 60_000;
/** Half as long again as the longest that a restart of what hangs was seen to take with its probe, and more. */
const STAYS_FOR_MS = 45_000;

const withoutLiveness: Variant = {
  patches: [
    {
      target: { kind: 'Deployment', name: '^mypage$' },
      patch: [{ op: 'remove', path: '/spec/template/spec/containers/0/livenessProbe' }],
    },
  ],
};

/** Harms a service and waits until a container of it was started again; resolves to the seconds that took. */
async function restarted(
  stage: Stage,
  service: string,
  withinMs: number,
  harm: () => Promise<unknown>,
): Promise<string> {
  const before = await stage.cluster.restarts(service);
  const startedAt = performance.now();
  await harm();
  await stage.until(
    async () => [...(await stage.cluster.restarts(service))].some(([pod, times]) => times > (before.get(pod) ?? 0)),
    { withinMs, what: `a restart of ${service}` },
  );
  return ((performance.now() - startedAt) / 1_000).toFixed(1);
}

/** Lets the consumer that fills the pages hang, and waits until it was restarted and shows what happened meanwhile. */
async function healHung(stage: Stage, withinMs: number): Promise<Figures> {
  const [pod] = await stage.cluster.readyPods('mypage');
  bar(pod !== undefined, 'no pod of mypage is ready');
  const reader = await stage.reader('patient');
  const title = `Flush of ${reader.id}`;
  const seconds = await restarted(stage, 'mypage', withinMs, async () => {
    await hang(stage, pod.metadata.name);
    const libby = await stage.librarian();
    const { id: bookId } = await granted(stage, (key) => libby.addBook(title, 1, key));
    await reserveNew(stage, reader, bookId);
  });
  await stage.rolledOut();
  await shows(stage, reader, title, 'READY');
  return { 'from the hang of a consumer until its restart, s': seconds };
}

/** Points the probe of Book at a closed port until the container was restarted; resolves to the seconds. */
async function healWrongPort(stage: Stage): Promise<string> {
  const seconds = await restarted(stage, 'book', RESTARTS_WITHIN_MS, () =>
    stage.apply({ components: ['seed-demo/wrong-liveness-port'] }),
  );
  await stage.apply({});
  return seconds;
}

export const selfHeal: Drill = {
  name: 'self-heal',
  heading: 'Self-healing (liveness)',
  proves:
    'A container whose probe gets no answer, and a consumer that hangs, are restarted; nothing that happened is lost.',
  byHand: [
    'kubectl -n rentalbook get pods --watch',
    'kubectl -n rentalbook describe pod --selector app=book | grep -A1 Liveness',
  ],
  async prove(stage) {
    const [seconds, healed] = await Promise.all([healWrongPort(stage), healHung(stage, RESTARTS_WITHIN_MS)]);
    return { 'from the wrong liveness port until a restart, s': seconds, ...healed };
  },
  control: {
    takenAway: 'without a liveness probe',
    async prove(stage) {
      await stage.apply(withoutLiveness);
      await stage.rolledOut();
      return healHung(stage, STAYS_FOR_MS);
    },
  },
};
