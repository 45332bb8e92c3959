import { SERVICES } from './support/cluster';
import { allGood } from './support/counting';
import { inOrder, watchEndings } from './support/drain-order';
import type { Drill, Figures } from './support/drill';
import { goOn, underLoad } from './support/load';
import { lacksMesh, meshWithoutBudget } from './support/mesh';
import { together, type Variant } from './support/overlay';
import type { Stage } from './support/stage';

/** So few that a machine of two cores answers all of them in time while it starts pods with sidecars. */
const CALLERS = { readers: 2, onlookers: 2 };
const SEEN_WITHIN_MS = 30_000;
/** One that is called from the entrance, one that is called from the router and uses both engines. */
const IN_SHORT = ['gateway', 'rental'] as const;
const WITH_PLAIN_SIDECAR = 'rental';

/** A sidecar as an ordinary container, which gets SIGTERM together with the service. */
const plainSidecar: Variant = together(meshWithoutBudget, {
  patches: [
    {
      target: { kind: 'Deployment', name: `^${WITH_PLAIN_SIDECAR}$` },
      patch: [
        {
          op: 'replace',
          path: '/spec/template/metadata/annotations/sidecar.istio.io~1nativeSidecar',
          value: 'false',
        },
      ],
    },
  ],
});

/** Renews the pods of services under load, one service after another, and looks at the order in which the old pods end. */
async function upgrade(stage: Stage, services: readonly string[]): Promise<Figures> {
  const endings = watchEndings(stage.cluster, services);
  try {
    const { tally, commands, audit } = await underLoad(stage, CALLERS, async (load) => {
      for (const service of services) {
        stage.say(`  renewing ${service} …`);
        await stage.cluster.renew(service);
        await stage.rolledOut();
        allGood(load.tally());
      }
      await stage.settled();
      inOrder(endings.all());
      await goOn(stage, load);
    });
    allGood(tally);
    await stage.until(() => endings.all().length >= services.length, {
      withinMs: SEEN_WITHIN_MS,
      what: () => `the end of a pod of each service (${String(endings.all().length)} were seen)`,
    });
    inOrder(endings.all());
    return {
      'services renewed, one after another': services.length,
      'pods that ended in order, none with its sidecar first': endings.all().length,
      requests: tally.requests,
      'of them commands with a key': commands,
      'good by GraphQL result, %': tally.goodPercent,
      'p99, ms': tally.p99,
      'loans, each exactly once on its page': await audit(),
    };
  } finally {
    await endings.end();
  }
}

export const meshUpgrade: Drill = {
  name: 'mesh-upgrade',
  heading: 'Zero-downtime deploy in the mesh (Istio)',
  proves:
    'Services with sidecars are renewed under load: every request is answered well, and no sidecar ends before its service.',
  lacks: lacksMesh,
  byHand: [
    'siege -c1 -t60S -v --content-type "application/json" \'http://ENTRANCE/graphql POST {"query":"{ books(first: 5) { edges { node { id } } } }"}\'',
    'kubectl -n rentalbook rollout restart deployment',
    'kubectl -n rentalbook rollout status deployment',
    `kubectl -n rentalbook get pods --watch -o jsonpath='{.metadata.name}{" "}{.status.containerStatuses[*].state}{" "}{.status.initContainerStatuses[*].state}{"\\n"}'`,
  ],
  startsFrom: meshWithoutBudget,
  prove: (stage) => upgrade(stage, stage.short ? IN_SHORT : SERVICES),
  control: {
    takenAway: `with a plain sidecar beside ${WITH_PLAIN_SIDECAR}`,
    async prove(stage) {
      await stage.applyDeployments(plainSidecar);
      await stage.settled();
      await stage.serving();
      return upgrade(stage, [WITH_PLAIN_SIDECAR]);
    },
  },
};
