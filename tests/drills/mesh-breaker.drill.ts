import { allGood, startCounting, type Tally } from './support/counting';
import { bar, type Drill, type Figures } from './support/drill';
import { lacksMesh, meshWithoutBudget, overflows, poolsOf } from './support/mesh';
import { together } from './support/overlay';
import type { Stage } from './support/stage';

const CATALOGUE = '{ books(first: 5) { edges { node { id title } } } }';
const GOOD_FOR_ONE_PERCENT = 99;

const goodPercentOf = ({ requests, failed }: Tally): number => (100 * (requests - failed)) / requests;

/** So many users read the catalogue, each again as soon as it has an answer. */
async function siege(stage: Stage, users: number): Promise<Tally> {
  const readers = await Promise.all(Array.from({ length: users }, () => stage.reader('siege')));
  const counting = startCounting();
  const requests = stage.short ? 150 : 400;
  await Promise.all(
    readers.map(async (reader) => {
      for (let sent = 0; sent < requests; sent += 1) {
        stage.signal.throwIfAborted();
        await counting.of(() => reader.data(CATALOGUE));
      }
    }),
  );
  return counting.tally();
}

/** One user is served, and of two some are refused, which Envoy counts. */
async function trip(stage: Stage): Promise<Figures> {
  const before = await overflows(stage);
  const one = await siege(stage, 1);
  bar(
    goodPercentOf(one) >= GOOD_FOR_ONE_PERCENT,
    `${one.goodPercent} % of one user's requests were good: ${one.reasons}`,
  );
  const two = await siege(stage, 2);
  bar(
    goodPercentOf(two) < GOOD_FOR_ONE_PERCENT,
    `two users were served as well as one: ${two.goodPercent} % of ${String(two.requests)} requests were good`,
  );
  const refused = (await overflows(stage)) - before;
  bar(refused > 0, 'requests failed, and no Envoy counted an overflow');
  return {
    'requests of one user': one.requests,
    'good of one user, %': one.goodPercent,
    'requests of two users': two.requests,
    'good of two users, %': two.goodPercent,
    'refused by Envoy (upstream_rq_pending_overflow)': refused,
  };
}

export const meshBreaker: Drill = {
  name: 'mesh-breaker',
  heading: 'Circuit breaker of the mesh (Istio)',
  proves:
    'With the original’s pool of one connection, one user is served and of two some are refused; with our pools nothing is refused.',
  lacks: lacksMesh,
  byHand: [
    'kubectl -n rentalbook get destinationrules -o yaml | grep -A6 connectionPool',
    'siege -c1 -t10S -v --content-type "application/json" \'http://ENTRANCE/graphql POST {"query":"{ books(first: 5) { edges { node { id } } } }"}\'',
    'siege -c2 -t10S -v --content-type "application/json" \'http://ENTRANCE/graphql POST {"query":"{ books(first: 5) { edges { node { id } } } }"}\'',
    'kubectl -n rentalbook exec deployment/gateway -c istio-proxy -- pilot-agent request GET stats | grep pending_overflow',
  ],
  startsFrom: together(meshWithoutBudget, { components: ['seed-demo/one-connection'] }),
  async prove(stage) {
    await poolsOf(stage, 1);
    const tripped = await trip(stage);
    await stage.apply(meshWithoutBudget);
    await poolsOf(stage, 1024);
    const before = await overflows(stage);
    const ours = await siege(stage, 2);
    allGood(ours);
    bar((await overflows(stage)) === before, 'Envoy refused requests with our pools');
    return { ...tripped, 'good of two users with our pools, %': ours.goodPercent };
  },
  control: {
    takenAway: 'with our pools in place of the original’s',
    async prove(stage) {
      await stage.apply(meshWithoutBudget);
      await poolsOf(stage, 1024);
      return trip(stage);
    },
  },
};
