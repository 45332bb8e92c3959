import { eventually, type SpanReceiver } from '@rentalbook/test-kit';
import { bystander, percentile, type Samples } from '../security/bystander/bystander';
import type { Broken } from '../harness/broken';
import type { FaultProxy } from '../harness/fault-proxy';
import type { FaultySystem } from '../harness/system/faulty-system';
import type { Trial } from '../harness/trial';

/** A collector, and the network to it. */
export interface Collector {
  readonly receiver: SpanReceiver;
  readonly proxy: FaultProxy;
}

const states = ['takes all', 'is away', 'is slow', 'is full'] as const;
type State = (typeof states)[number];

const ROUNDS = { short: 1, full: 4 };
const SLICE_MS = { short: 2_500, full: 6_000 };
const PER_SECOND = { short: 8, full: 30 };
/** How much longer a bystander may wait for half of the answers, in the same run. */
const BAR = 1.15;

/** What readers notice of a collector that does not take spans, beside the same readers while it takes them. */
export const collectorAway = ({ receiver, proxy }: Collector): Trial => ({
  id: 'T2',
  name: 'a collector that is away, slow or full, with every request sampled',
  full: '4 rounds of 6 s in each state',
  bar: `0 bad answers; p50 ≤ ${String(BAR)} × that with a collector that takes all; spans dropped are counted`,
  async run(stage) {
    const system = await stage.system();
    const others = await bystander(system);
    const samples = new Map(states.map((state): [State, Samples] => [state, { times: [], bad: [] }]));
    const dropped = new Map<State, number>();
    const rounds = stage.amount(ROUNDS);
    for (let round = 0; round < rounds; round += 1)
      for (const state of round % 2 === 0 ? states : states.toReversed()) {
        stage.progress(round, rounds);
        const before = await droppedIn(system);
        bring(state, { receiver, proxy });
        await others.goOn(
          stage.amount(SLICE_MS),
          stage.amount(PER_SECOND),
          samples.get(state) ?? { times: [], bad: [] },
        );
        // A batch is tried again for two seconds before it is given up, and counted.
        if (state !== 'takes all')
          await eventually(async () => (await droppedIn(system)) > before, {
            what: `a span dropped by a collector that ${state}`,
          });
        bring('takes all', { receiver, proxy });
        dropped.set(state, (dropped.get(state) ?? 0) + (await droppedIn(system)) - before);
      }
    const p50 = (state: State): number => percentile(samples.get(state) ?? { times: [], bad: [] }, 50);
    const broken: Broken[] = states.flatMap((state) => {
      const on = `a collector that ${state}`;
      const { bad = [] } = samples.get(state) ?? {};
      return [
        ...bad.map((found) => ({ promise: 'no reader is answered worse', on, found })),
        ...(stage.isLate(p50(state), BAR * p50('takes all'))
          ? [
              {
                promise: 'no reader waits for a collector',
                on,
                found: `p50 ${p50(state).toFixed(1)} ms, beside ${p50('takes all').toFixed(1)} ms`,
              },
            ]
          : []),
      ];
    });
    return {
      amount: `${String(rounds)} × ${String(stage.amount(SLICE_MS) / 1_000)} s in each of ${String(states.length)} states`,
      measured: states
        .map((state) => {
          const { times = [], bad = [] } = samples.get(state) ?? {};
          return `${state}: p50 ${p50(state).toFixed(1)} ms, ${String(bad.length)} of ${String(times.length)} bad, ${String(dropped.get(state) ?? 0)} spans dropped`;
        })
        .join('; '),
      broken,
    };
  },
});

function bring(state: State, { receiver, proxy }: Collector): void {
  receiver.refuse(state === 'is full');
  if (state === 'is away') proxy.hangUp();
  else if (state === 'is slow') proxy.freeze();
  else proxy.pass();
}

/** How many spans all services have counted as dropped so far. */
async function droppedIn(system: FaultySystem): Promise<number> {
  const samples = await system.metrics();
  return samples
    .filter(({ name }) => name === 'rentalbook_spans_dropped_total')
    .reduce((sum, { value }) => sum + value, 0);
}
