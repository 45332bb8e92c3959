import type { Trial } from '../../../harness/trial';
import { measuredUnderLoad, underLoad } from '../under-load';

const services = ['reserve', 'rental', 'mypage', 'book'] as const;
const HOUR_MS = 60 * 60 * 1_000;
const offs = [24 * HOUR_MS, -24 * HOUR_MS, HOUR_MS, -HOUR_MS] as const;

/**
 * The replica whose clock is off takes part in everything that is decided, sent, consumed and timed out. It is not behind the
 * router: a service whose clock is half a minute from the router's refuses its signed identity, as it should.
 */
export const clocks: Trial = {
  id: 'F13',
  name: 'the clock of a replica off by ±1 h or ±1 day, under load',
  full: '40',
  bar: 'no effect',
  async run(stage) {
    const wanted = stage.amount({ short: 4, full: 40 });
    const done = await underLoad(stage, async (system, load) => {
      for (let skewed = 0; skewed < wanted; skewed += services.length) {
        stage.progress(skewed, wanted);
        // Each service gets each of the offsets in turn.
        const turn = skewed / services.length;
        const replicas = await Promise.all(
          services.map((service, place) => system.addReplica(service, offs[(place + turn) % offs.length])),
        );
        await load.goesOn();
        await load.goesOn();
        await Promise.all(replicas.map((replica) => replica.stop()));
      }
    });
    return measuredUnderLoad(`${String(wanted)} clocks, of replicas that the router does not ask`, done);
  },
};
