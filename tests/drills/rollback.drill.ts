import { allGood } from './support/counting';
import { bar, type Drill, type Figures } from './support/drill';
import { underLoad } from './support/load';
import type { Variant } from './support/overlay';
import type { Stage } from './support/stage';

const READERS = 3;
/** Requests that meet the halted rollout. */
const REQUESTS = 100;
const WITHIN_MS = 90_000;

/** Kubernetes ends the old pod before it starts the new one. */
const recreating: Variant = {
  patches: [
    {
      target: { kind: 'Deployment', name: '^book$' },
      patch: [{ op: 'replace', path: '/spec/strategy', value: { type: 'Recreate' } }],
    },
  ],
};

/** Ships an image that does not exist, keeps the load running meanwhile, and rolls it back. */
async function shipBadImage(stage: Stage): Promise<Figures> {
  const { cluster } = stage;
  const before = await cluster.containers('book');
  const { result, tally } = await underLoad(stage, { readers: READERS }, async (load) => {
    await cluster.inside(['set', 'image', 'deployment/book', 'service=rentalbook/book:never-built']);
    await stage.until(async () => (await cluster.complaints()).some((complaint) => complaint.startsWith('book-')), {
      withinMs: WITHIN_MS,
      what: 'a complaint about the image',
    });
    allGood(load.tally());
    const met = load.tally().requests;
    await stage.until(() => load.tally().requests >= met + REQUESTS, {
      withinMs: WITHIN_MS,
      what: `${String(REQUESTS)} requests`,
    });
    const undoneAt = performance.now();
    await cluster.inside(['rollout', 'undo', 'deployment/book']);
    await stage.settled();
    return { seconds: (performance.now() - undoneAt) / 1_000, met: load.tally().requests - met };
  });
  allGood(tally);
  bar((await cluster.containers('book')) === before, 'the container of Book is another one');
  return {
    'requests while the rollout stood still': result.met,
    'requests in all': tally.requests,
    'good by GraphQL result, %': tally.goodPercent,
    'from undo until all is settled, s': result.seconds.toFixed(1),
  };
}

export const rollback: Drill = {
  name: 'rollback',
  heading: 'Rollback',
  proves: 'A bad image never takes a request: the rollout stands still, the old pod goes on, and undo ends it.',
  byHand: [
    'kubectl -n rentalbook set image deployment/book service=rentalbook/book:never-built',
    'kubectl -n rentalbook rollout status deployment/book --timeout=30s',
    'kubectl -n rentalbook rollout undo deployment/book',
  ],
  prove: shipBadImage,
  control: {
    takenAway: 'with a Deployment that ends the old pod first (Recreate)',
    async prove(stage) {
      await stage.apply(recreating);
      return shipBadImage(stage);
    },
  },
};
