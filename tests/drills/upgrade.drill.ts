import { SERVICES } from './support/cluster';
import { allGood } from './support/counting';
import { blockOf } from './support/document';
import type { Drill, Figures } from './support/drill';
import { goOn, underLoad, type Load } from './support/load';
import {
  forgetSecret,
  lacksPrevious,
  previous,
  routerFirst,
  shareSecret,
  signVersion,
  upgraded,
} from './support/releases';
import type { Variant } from './support/overlay';
import { openDesk } from './support/shell';
import type { Stage } from './support/stage';

const PAGE = 'docs/upgrading.md';
const STEPS = 'From a release with one identity secret';
const ROLLED_OUT = 'rollout status deployment\n';

/** So few that a machine of two cores answers all of them in time while it starts five pods at once. */
const CALLERS = { readers: 2 };

/** Begins with the release before, which shares a secret; afterwards each service has its key alone. */
async function fromPrevious(stage: Stage, work: () => Promise<Figures>): Promise<Figures> {
  await shareSecret(stage);
  try {
    await stage.apply(previous);
    await stage.settled();
    await stage.serving();
    return await work();
  } finally {
    if (await forgetSecret(stage)) {
      await stage.apply({});
      await renewAll(stage);
    }
  }
}

async function renewAll(stage: Stage): Promise<void> {
  await Promise.all(SERVICES.map((service) => stage.cluster.renew(service)));
  await stage.settled();
}

/** Applies a release while readers go on. */
async function rollOut(stage: Stage, load: Load, name: string, release: Variant): Promise<void> {
  stage.say(`  rolling out ${name} …`);
  await stage.apply(release);
  await stage.settled();
  allGood(load.tally());
  await goOn(stage, load);
}

/** The commands of the page, up to the end of the first rollout, and after it. */
function stepsOf(script: string): readonly string[] {
  const end = script.indexOf(ROLLED_OUT) + ROLLED_OUT.length;
  return [script.slice(0, end), script.slice(end)];
}

/** Runs commands of the page, and waits for what they began. */
async function follow(stage: Stage, script: string): Promise<void> {
  const desk = openDesk(stage.cluster.kubectl.context, { builds: false });
  try {
    await stage.during('following docs/upgrading.md', () => desk.run(script));
  } finally {
    desk.close();
  }
  await stage.settled();
}

/** The steps of docs/upgrading.md, with one back and forth again after the first. */
async function upgradeUnderLoad(stage: Stage): Promise<Figures> {
  const { tally, commands, requestsPerSecond, audit } = await underLoad(stage, CALLERS, async (load) => {
    await rollOut(stage, load, 'this release', upgraded);
    await rollOut(stage, load, 'the release before', previous);
    await rollOut(stage, load, 'this release', upgraded);
    const [signing = '', forgetting = ''] = stepsOf(blockOf(PAGE, STEPS));
    stage.say('  rolling out signatures of version 2 …');
    await follow(stage, signing);
    await goOn(stage, load);
    await rollOut(stage, load, 'a release that refuses events without a signature', {});
    stage.say('  rolling out without the secret …');
    await follow(stage, forgetting);
    await goOn(stage, load);
  });
  allGood(tally);
  return {
    'roll-outs, one of them back': 6,
    requests: tally.requests,
    'of them commands with a key': commands,
    'good by GraphQL result, %': tally.goodPercent,
    'requests per second': requestsPerSecond,
    'p99, ms': tally.p99,
    'loans, each exactly once on its page': await audit(),
  };
}

export const upgrade: Drill = {
  name: 'upgrade',
  heading: 'Upgrade from the release before, and back',
  proves:
    'The release before is replaced by this one, comes back, and is replaced for good, all under load: every request is answered well.',
  lacks: lacksPrevious,
  byHand: [
    '# UNSIGNED_EVENTS=accept in the ConfigMap engines: docs/upgrading.md#signed-events',
    'kubectl apply --server-side -k k8s/overlays/local',
    'kubectl -n rentalbook rollout status deployment',
    'kubectl -n rentalbook rollout undo deployment    # back',
    'kubectl -n rentalbook create configmap signatures --from-literal=version=2',
    'kubectl -n rentalbook rollout restart deployment',
    'kubectl -n rentalbook delete secret/identity configmap/signatures',
  ],
  prove: (stage) => fromPrevious(stage, () => upgradeUnderLoad(stage)),
  control: {
    takenAway: 'with signatures of version 2 at once, which the release before does not know',
    prove: (stage) =>
      fromPrevious(stage, async () => {
        await signVersion(stage, '2');
        const { tally } = await underLoad(stage, CALLERS, (load) =>
          rollOut(stage, load, 'the router of this release', routerFirst),
        );
        allGood(tally);
        return { requests: tally.requests };
      }),
  },
};
