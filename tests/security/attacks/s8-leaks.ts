import { eventually } from '@rentalbook/test-kit';
import type { FaultySystem } from '../../harness/system/faulty-system';
import type { Trial } from '../../harness/trial';
import { callersInTurn } from '../inputs/callers';
import { inParallel } from '../inputs/in-parallel';
import { probe } from '../probe';
import { subgraphs } from '../../../tools/services';

const requests = [
  { query: '{ books(first: 3) { edges { node { id title queueLength } } } }' },
  { query: '{ myPage { memberId entries { edges { node { id book { id title } } } } } }' },
  { query: 'mutation { reserveBook(input: { bookId: "none" }) { refusal { code } } }' },
  { query: 'mutation { rentBook(input: { bookId: "none" }) { refusal { code } } }' },
  { query: 'mutation { addBook(input: { title: "Leaked" }) { refusal { code } } }' },
];
const READY_WITHIN_MS = 120_000;

/** What is done to the system while its answers are searched. */
const harms: Readonly<Record<string, (system: FaultySystem) => Promise<void>>> = {
  'MongoDB hangs up': hangUp('mongo'),
  'MongoDB is silent': freeze('mongo'),
  'Kafka hangs up': hangUp('kafka'),
  'Kafka is silent': freeze('kafka'),
  ...Object.fromEntries(
    subgraphs.flatMap((service) => [
      [`${service} is stopped`, (system: FaultySystem) => Promise.resolve(void system.signal(service, 'SIGSTOP'))],
      [`${service} is killed`, (system: FaultySystem) => Promise.resolve(void system.signal(service, 'SIGKILL'))],
    ]),
  ),
};

function hangUp(engine: 'mongo' | 'kafka') {
  return (system: FaultySystem): Promise<void> => {
    system.proxies[engine].hangUp();
    return Promise.resolve();
  };
}
function freeze(engine: 'mongo' | 'kafka') {
  return (system: FaultySystem): Promise<void> => {
    system.proxies[engine].freeze();
    return Promise.resolve();
  };
}

export const leaks: Trial = {
  id: 'S8',
  name: 'faults, while answers are searched for hosts, stacks, paths and names of parts',
  full: '12 faults × 20 answers',
  bar: 'no hit',
  async run(stage) {
    const system = await stage.system();
    const asker = probe(system.url);
    const caller = await callersInTurn(system, 's8', 20, ['member', 'librarian']);
    const chosen = Object.entries(harms).slice(0, stage.amount({ short: 3, full: 12 }));
    const rounds = stage.amount({ short: 1, full: 4 });
    let unavailable = 0;
    for (const [place, [, harm]] of chosen.entries()) {
      stage.progress(place, chosen.length);
      await harm(system);
      for (let round = 0; round < rounds; round += 1)
        await inParallel(requests, requests.length, async (request) => {
          const { text } = await asker.post(request, caller());
          if (text.includes('UNAVAILABLE')) unavailable += 1;
        });
      await system.heal();
      await eventually(
        async () => {
          const { text } = await asker.post(requests[1], caller());
          return !text.includes('errors');
        },
        { withinMs: READY_WITHIN_MS, what: 'an answer without errors' },
      );
    }
    return {
      amount: `${String(chosen.length)} faults × ${String(rounds * requests.length)} answers`,
      measured: `no hit in ${String(asker.answers())} answers, ${String(unavailable)} of them UNAVAILABLE`,
      broken: asker.broken,
    };
  },
};
