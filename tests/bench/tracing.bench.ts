import { runCommand } from '@rentalbook/cli';
import { serviceNames, startSpanReceiver } from '@rentalbook/test-kit';
import { parseArgs } from 'node:util';
import { wholeNumberIn } from '../harness/arguments';
import { seed, type Seeded } from './compare/catalogue';
import { requireCheckout, startCheckout, startRentalbook, type Contender } from './compare/contenders';
import { runLoad } from './compare/load';
import { useOf } from './compare/processes';
import { workloads, type Workload } from './compare/workloads';
import { median } from './median';

const HELP = `Measures what tracing costs: a system without it, one that samples 1 % and one that samples everything take turns.

  npm run bench:tracing

Run it on a quiet machine. Exit 0: the bars are met.

  --base DIR        a built checkout of a release without tracing, to compare the system without it with
  --rounds 5        how often each has its turn
  --seconds 3       of one turn
`;
const BARS = { off: 1, onePercent: 1.03, startSeconds: 0.1, memoryMB: 12 };
const BOOKS = 20;
const MEMBERS = 20;
const MEASURED = ['page', 'cycles'];
const NOTHING: Seeded = { bookIds: [], members: [] };

interface Turn {
  readonly p50: number;
  /** Milliseconds of processor time of the services for each request. */
  readonly cpu: number;
}

const servicesOf = ({ pids }: Contender): readonly (readonly [name: string, pid: number])[] =>
  Object.entries(pids()).filter(([name]) => (serviceNames as readonly string[]).includes(name));
const cpuOf = (contender: Contender): number =>
  servicesOf(contender).reduce((sum, [, pid]) => sum + useOf(pid).cpuMs, 0);

async function takeTurn(contender: Contender, workload: Workload, seeded: Seeded, ms: number): Promise<Turn> {
  const next = await workload.begin(contender.library, seeded);
  const before = cpuOf(contender);
  const { times } = await runLoad(contender.url, { connections: 4, ms, next });
  return { p50: median(times), cpu: (cpuOf(contender) - before) / times.length };
}

/** Each service's number in one contender less that in another. */
const differences = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): readonly number[] =>
  [...one].map(([name, value]) => value - (other.get(name) ?? NaN));

const startedWith = (contender: Contender): ReadonlyMap<string, number> =>
  new Map(servicesOf(contender).map(([name, pid]) => [name, useOf(pid).cpuMs / 1_000]));
const residentIn = (contender: Contender): ReadonlyMap<string, number> =>
  new Map(servicesOf(contender).map(([name, pid]) => [name, useOf(pid).rssBytes / 1_000_000]));

interface Verdict {
  readonly what: string;
  readonly measured: number;
  readonly bar: number;
}

/** Of every pair of turns in one round, the ratio; the median of those. */
const ratioOf = (turns: ReadonlyMap<string, readonly Turn[]>, [one, other]: Pair, figure: keyof Turn): number =>
  median((turns.get(one) ?? []).map((turn, round) => turn[figure] / (turns.get(other)?.[round]?.[figure] ?? NaN)));
type Pair = readonly [one: string, other: string];

runCommand(HELP, async (args) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      base: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
    },
  });
  const number = (name: 'rounds' | 'seconds'): number =>
    wholeNumberIn(values[name], 1, `--${name} "${values[name]}" is no number of ${name}; use a whole number like 3.`);
  const [rounds, ms] = [number('rounds'), number('seconds') * 1_000];
  if (values.base !== undefined) requireCheckout(values.base);

  const receiver = await startSpanReceiver();
  const sending = (sampler: string, part = '1') => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_TRACES_SAMPLER: sampler,
    OTEL_TRACES_SAMPLER_ARG: part,
  });
  const contenders: Contender[] = [];
  const verdicts: Verdict[] = [];
  try {
    for (const [name, env] of Object.entries({
      off: {},
      '1 %': sending('traceidratio', '0.01'),
      '100 %': sending('always_on'),
    }))
      contenders.push((await startRentalbook(name, env)).contender);
    if (values.base !== undefined) contenders.push(await startCheckout('base', values.base));
    const started = new Map(contenders.map((contender) => [contender.name, startedWith(contender)]));
    const seeded = new Map<string, Seeded>();
    for (const { name, library } of contenders)
      seeded.set(name, await seed(library, { books: BOOKS, members: MEMBERS }));

    for (const workload of workloads.filter(({ name }) => MEASURED.includes(name))) {
      const turns = new Map<string, Turn[]>();
      // The first round warms up. The order changes, for what comes first finds another machine than what comes last.
      for (let round = 0; round <= rounds; round += 1)
        for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
          const turn = await takeTurn(contender, workload, seeded.get(contender.name) ?? NOTHING, ms);
          if (round > 0) turns.set(contender.name, [...(turns.get(contender.name) ?? []), turn]);
        }
      const pairs: readonly (readonly [Pair, number])[] = [
        [['1 %', 'off'], BARS.onePercent],
        [['100 %', 'off'], Infinity],
        ...(values.base === undefined ? [] : [[['off', 'base'], BARS.off] as const]),
      ];
      for (const [pair, bar] of pairs)
        for (const figure of ['p50', 'cpu'] as const) {
          const of = figure === 'p50' ? 'p50' : 'processor time of a request';
          verdicts.push({
            what: `${workload.name}: ${of}, ${pair.join(' / ')}`,
            measured: ratioOf(turns, pair, figure),
            bar,
          });
        }
    }
    const [off, , all] = contenders;
    if (!off || !all) throw new Error('a contender is missing');
    const noNumbers = new Map<string, number>();
    const more = differences(started.get('100 %') ?? noNumbers, started.get('off') ?? noNumbers);
    verdicts.push({ what: 'start: s of processor time more, median', measured: median(more), bar: BARS.startSeconds });
    const memory = differences(residentIn(all), residentIn(off));
    verdicts.push({ what: 'memory at 100 %: MB more, median', measured: median(memory), bar: BARS.memoryMB });
  } finally {
    for (const contender of contenders.reverse()) await contender.stop();
    await receiver.close();
  }
  for (const { what, measured, bar } of verdicts) {
    const judged = measured <= bar ? '' : ' MISSED';
    process.stdout.write(
      `${what}: ${measured.toFixed(3)}${bar === Infinity ? '' : ` (bar ${String(bar)})${judged}`}\n`,
    );
  }
  if (verdicts.some(({ measured, bar }) => !(measured <= bar))) process.exitCode = 1;
});
