import { allGood } from './support/counting';
import { bar, type Drill, type Figures } from './support/drill';
import { countedByEnvoy, ejectionsOf, lacksMesh, meshWithoutBudget, patchMesh, sentTo } from './support/mesh';
import { together, type Variant } from './support/overlay';
import { whileReading } from './support/reading';
import { sicknessOf, turnPod } from './support/sick';
import type { Stage } from './support/stage';

const SICK = 'book';
const READERS = 2;
/** Five errors show that a replica is sick; each reader may have sent it one more by then. */
const FAILED_AT_MOST = 5 + READERS;
/** As our DestinationRule has it, and in the short form. */
const EJECTED_FOR = { long: '30s', short: '15s' };
const DETECTION = '/spec/trafficPolicy/outlierDetection';
/** An ejection ends with the first look after its time is over; ours is every 10 s. */
const BACK_WITHIN_MS = 60_000;

/** Two replicas of the service, which can be made sick. */
const inPairs: Variant = together(meshWithoutBudget, sicknessOf(SICK, 'failing'), {
  patches: [
    {
      target: { kind: 'Deployment', name: `^${SICK}$` },
      patch: [
        { op: 'add', path: '/spec/replicas', value: 2 },
        { op: 'replace', path: '/spec/template/spec/containers/0/resources/requests/cpu', value: '50m' },
      ],
    },
    {
      target: { kind: 'HorizontalPodAutoscaler', name: `^${SICK}$` },
      patch: [
        { op: 'replace', path: '/spec/minReplicas', value: 2 },
        { op: 'replace', path: '/spec/maxReplicas', value: 2 },
      ],
    },
  ],
});

/** Makes one of two replicas sick while readers go on, and well again. */
async function eject(stage: Stage): Promise<Figures> {
  const [sick, well] = await stage.cluster.readyPods(SICK);
  bar(sick?.status.podIP !== undefined && well !== undefined, `there are not two replicas of ${SICK}`);
  const { podIP } = sick.status;
  const active = (): Promise<number> => countedByEnvoy(stage, 'outlier_detection.ejections_active', SICK);
  return whileReading(stage, READERS, async (reading) => {
    allGood(await reading.next(60));
    bar((await sentTo(stage, SICK, podIP)) > 0, 'a replica that is well gets no requests');
    const before = await countedByEnvoy(stage, 'outlier_detection.ejections_enforced_total', SICK);

    reading.restart();
    await turnPod(stage, sick.metadata.name);
    await stage.until(async () => (await active()) > 0, {
      withinMs: stage.patienceMs / 2,
      what: () => `the ejection of the sick replica (${reading.tally().goodPercent} % of the requests were good)`,
    });
    const ejectedAt = performance.now();
    const { failed } = reading.tally();
    bar(failed > 0 && failed <= FAILED_AT_MOST, `${String(failed)} requests failed until the sick replica was ejected`);
    const sent = await sentTo(stage, SICK, podIP);
    const meanwhile = await reading.next(stage.short ? 40 : 200);
    allGood(meanwhile);
    bar((await sentTo(stage, SICK, podIP)) === sent, 'an ejected replica was sent requests');

    await turnPod(stage, sick.metadata.name);
    await stage.until(async () => (await active()) === 0, {
      withinMs: BACK_WITHIN_MS,
      what: 'the end of the ejection of a replica that is well again',
    });
    const seconds = (performance.now() - ejectedAt) / 1_000;
    const afterwards = await reading.next(60);
    allGood(afterwards);
    bar((await sentTo(stage, SICK, podIP)) > sent, 'a replica whose ejection is over gets no requests');
    return {
      'failed until the sick replica was ejected': failed,
      'ejections that Envoy counted (ejections_enforced_total)':
        (await countedByEnvoy(stage, 'outlier_detection.ejections_enforced_total', SICK)) - before,
      'requests while it was ejected': meanwhile.requests,
      'good of them, %': meanwhile.goodPercent,
      'ejected for, s': seconds.toFixed(0),
      'good of all once both serve again, %': afterwards.goodPercent,
    };
  });
}

export const meshEjection: Drill = {
  name: 'mesh-ejection',
  heading: 'Ejection of a sick replica (Istio)',
  proves:
    'A replica that answers 503 gets no more requests after five errors, and gets them again when its ejection is over.',
  lacks: lacksMesh,
  byHand: [
    'kubectl -n rentalbook get destinationrules -o yaml | grep -A5 outlierDetection',
    'kubectl -n rentalbook exec deployment/gateway -c istio-proxy -- pilot-agent request GET stats | grep outlier_detection.ejections',
    'kubectl -n rentalbook exec deployment/gateway -c istio-proxy -- pilot-agent request GET clusters | grep failed_outlier_check',
  ],
  startsFrom: inPairs,
  async prove(stage) {
    const form = stage.short ? 'short' : 'long';
    if (stage.short)
      await patchMesh(stage, 'destinationrule', SICK, [
        { op: 'replace', path: `${DETECTION}/baseEjectionTime`, value: EJECTED_FOR.short },
        { op: 'replace', path: `${DETECTION}/interval`, value: '1s' },
      ]);
    await ejectionsOf(stage, SICK, EJECTED_FOR[form]);
    return eject(stage);
  },
  control: {
    takenAway: 'without outlierDetection',
    async prove(stage) {
      await patchMesh(stage, 'destinationrule', SICK, [{ op: 'remove', path: DETECTION }]);
      await ejectionsOf(stage, SICK, undefined);
      return eject(stage);
    },
  },
};
