import { allGood } from './support/counting';
import type { Drill, Figures } from './support/drill';
import { underLoad } from './support/load';
import type { Variant } from './support/overlay';
import type { Stage } from './support/stage';

const READERS = 10;
const GROWS_WITHIN_MS = 75_000;
/** Twice the longest that growing was seen to take. */
const STAYS_FOR_MS = 45_000;
const SHRINKS_WITHIN_MS = 150_000;
/** Requests that several pods share. */
const SHARED_REQUESTS = 150;
const SHARED_WITHIN_MS = 120_000;

/** The one that allocates the copies: several of it must not give one copy to two readers. */
const SCALED = 'reserve';

/** It grows as far as the local overlay lets it, and without the patience that spares a real system needless pods. */
const impatient: Variant = {
  patches: [
    {
      target: { kind: 'HorizontalPodAutoscaler', name: `^${SCALED}$` },
      patch: [
        { op: 'replace', path: '/spec/maxReplicas', value: 3 },
        { op: 'replace', path: '/spec/behavior/scaleUp/stabilizationWindowSeconds', value: 0 },
        { op: 'replace', path: '/spec/behavior/scaleDown/stabilizationWindowSeconds', value: 15 },
        { op: 'replace', path: '/spec/behavior/scaleDown/policies/0/value', value: 100 },
      ],
    },
  ],
};

async function growAndShrink(stage: Stage, growsWithinMs: number): Promise<Figures> {
  const pods = async (): Promise<number> => (await stage.cluster.readyPods(SCALED)).length;
  const rested = (): Promise<true> =>
    stage.until(async () => (await pods()) === 1, {
      withinMs: SHRINKS_WITHIN_MS,
      what: `one pod of ${SCALED} at rest`,
    });
  await rested();

  const { result, tally, audit } = await underLoad(stage, { readers: READERS }, async (load) => {
    const startedAt = performance.now();
    await stage.until(async () => (await pods()) > 1, {
      withinMs: growsWithinMs,
      what: `a second pod of ${SCALED} under load`,
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    const enough = load.tally().requests + SHARED_REQUESTS;
    await stage.until(() => load.tally().requests >= enough, {
      withinMs: SHARED_WITHIN_MS,
      what: `${String(SHARED_REQUESTS)} requests to several pods`,
    });
    return { seconds, most: await pods() };
  });
  const endedAt = performance.now();
  allGood(tally);
  const loans = await audit();
  await rested();
  return {
    'from the load until the second pod, s': result.seconds.toFixed(1),
    'pods under load': result.most,
    requests: tally.requests,
    'good by GraphQL result, %': tally.goodPercent,
    'loans, each exactly once on its page': loans,
    'from the end of the load until one pod, s': ((performance.now() - endedAt) / 1_000).toFixed(1),
  };
}

export const autoscale: Drill = {
  name: 'autoscale',
  heading: 'Autoscaling (HPA)',
  proves:
    'Under load Reserve grows from one pod to several, which share one truth: each event takes effect once; then it shrinks to one.',
  byHand: ['kubectl -n rentalbook get hpa --watch', 'kubectl -n rentalbook top pods'],
  startsFrom: impatient,
  prove: (stage) => growAndShrink(stage, GROWS_WITHIN_MS),
  control: {
    takenAway: 'without autoscaling',
    async prove(stage) {
      await stage.apply({});
      return growAndShrink(stage, STAYS_FOR_MS);
    },
  },
};
