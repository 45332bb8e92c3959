import { setTimeout as delay } from 'node:timers/promises';
import type { Trial } from '../../../harness/trial';
import { measuredUnderLoad, underLoad } from '../under-load';

const services = ['reserve', 'rental', 'mypage'] as const;

export const frozen: Trial = {
  id: 'F7',
  name: 'relay and consumer frozen (SIGSTOP) and waking up behind the back of another replica, under load',
  full: '50 × 60 s',
  bar: '0 lost, 0 doubled, 0 stuck; level within 10 s',
  async run(stage) {
    const { chance } = stage;
    const times = stage.amount({ short: 1, full: 50 });
    // Longer than Kafka waits for a member of a group: the other replica has its partitions when it wakes up.
    const ms = stage.amount({ short: 7, full: 60 }) * 1_000;
    const done = await underLoad(stage, async (system, load) => {
      const replicas = await Promise.all(services.map((service) => system.addReplica(service)));
      const pairs = services.map((service, place) => [service, replicas[place]?.name ?? service]);
      const first = chance.below(pairs.length);
      let left = times;
      // One of each pair at a time, so that three services are half frozen at once.
      await Promise.all(
        [...pairs.slice(first), ...pairs.slice(0, first)].map(async (pair) => {
          while (left > 0) {
            stage.progress(times - left, times);
            left -= 1;
            await load.goesOn();
            const program = chance.oneOf(pair);
            system.signal(program, 'SIGSTOP');
            await delay(ms);
            system.signal(program, 'SIGCONT');
          }
        }),
      );
      await load.goesOn();
      await Promise.all(replicas.map((replica) => replica.stop()));
    });
    return measuredUnderLoad(`${String(times)} × ${String(ms / 1_000)} s, two relays at once throughout`, done);
  },
};
