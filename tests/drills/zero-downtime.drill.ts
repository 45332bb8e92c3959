import { SERVICES } from './support/cluster';
import { allGood } from './support/counting';
import type { Drill, Figures } from './support/drill';
import { underLoad } from './support/load';
import type { Stage } from './support/stage';

/** So many that requests are always under way, and so few that a small machine answers all of them in time. */
const CALLERS = { readers: 3, onlookers: 24 };
const LOAD_WITHIN_MS = 600_000;

/** Renews the pods of every service, one service after another, while readers go on; at least so many requests. */
async function renewAll(stage: Stage, leastRequests: number): Promise<Figures> {
  const { tally, commands, requestsPerSecond, audit } = await underLoad(stage, CALLERS, async (load) => {
    for (const service of SERVICES) {
      await stage.cluster.renew(service);
      await stage.rolledOut();
      allGood(load.tally());
    }
    await stage.settled();
    await stage.until(() => load.tally().requests >= leastRequests, {
      withinMs: LOAD_WITHIN_MS,
      what: `${String(leastRequests)} requests`,
    });
  });
  allGood(tally);
  return {
    requests: tally.requests,
    'of them commands with a key': commands,
    'good by GraphQL result, %': tally.goodPercent,
    'requests per second': requestsPerSecond,
    'p99, ms': tally.p99,
    'loans, each exactly once on its page': await audit(),
  };
}

export const zeroDowntime: Drill = {
  name: 'zero-downtime',
  heading: 'Zero-downtime deploy (readiness)',
  proves:
    'All five services are renewed under load: every request is answered well, and no command takes effect twice.',
  byHand: ['kubectl -n rentalbook rollout restart deployment', 'kubectl -n rentalbook rollout status deployment'],
  prove: (stage) => renewAll(stage, stage.short ? 2_000 : 20_000),
  control: {
    takenAway: 'with the original’s pods, which have no readiness',
    async prove(stage) {
      await stage.apply({ components: ['seed-demo/no-readiness'] });
      await stage.settled();
      await stage.serving();
      return renewAll(stage, 0);
    },
  },
};
