import { runCommand, UsageError } from '@rentalbook/cli';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { wholeNumberIn } from '../harness/arguments';
import { seed, type Seeded } from './compare/catalogue';
import {
  startGateway,
  requireCheckout,
  startCheckout,
  startRentalbook,
  type Contender,
  type GatewayOptions,
} from './compare/contenders';
import { chartOf, figuresOf, lineOf, type Figures, type Turn } from './compare/figures';
import { runLoad } from './compare/load';
import { useOf } from './compare/processes';
import { serveStockGateway } from './compare/stock-gateway';
import { workloads, type Workload } from './compare/workloads';

const HELP = `Compares rentalbook with a stock Apollo gateway before the same subgraphs, and with another checkout.

  npm run bench
  npm run bench -- --base ../rentalbook-before

The contenders take turns in every round, on the same machine and with the same data. Run it on a quiet machine.

  --base DIR        a built checkout to compare with
  --rounds 5        how often each contender has its turn
  --seconds 3       of one turn
  --only page,cycles  the names of workloads
  --cached          our system with CACHE=on, too
  --json            print the figures as JSON
  --chart FILE      write the rates as an SVG
`;
const BOOKS = 40;
const MEMBERS = 20;
/** Commands make their own books and members. */
const NOTHING: Seeded = { bookIds: [], members: [] };

const wholeNumber = (text: string, name: string): number =>
  wholeNumberIn(text, 1, `--${name} "${text}" is no number of ${name}; use a whole number like 3.`);

/** The workloads of these names; throws UsageError for a name that none has. */
function workloadsOf(names: readonly string[]): readonly Workload[] {
  const known = workloads.map(({ name }) => name);
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined)
    throw new UsageError(`--only has "${strange}", which is no workload; use some of ${known.join(', ')}.`);
  return workloads.filter(({ name }) => names.includes(name));
}

runCommand(HELP, async (args) => {
  if (args[0] === 'gateway') return serveStockGateway(JSON.parse(args[1] ?? '') as GatewayOptions);
  const { values } = parseArgs({
    args: [...args],
    options: {
      base: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      only: { type: 'string' },
      cached: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      chart: { type: 'string' },
    },
  });
  const rounds = wholeNumber(values.rounds, 'rounds');
  const ms = wholeNumber(values.seconds, 'seconds') * 1_000;
  const chosen = values.only === undefined ? workloads : workloadsOf(values.only.split(','));
  if (values.base !== undefined) requireCheckout(values.base);
  const contenders: Contender[] = [];
  const seeded = new Map<string, Seeded>();
  const measured: Figures[] = [];
  try {
    const ours = await startRentalbook('ours');
    contenders.push(ours.contender, await startGateway('stock gateway', __filename, ours.system));
    if (values.cached) contenders.push((await startRentalbook('ours, cache on', { CACHE: 'on' })).contender);
    if (values.base !== undefined) contenders.push(await startCheckout('base', values.base));
    const reads = chosen.some(({ kind }) => kind === 'read');
    for (const { library } of contenders)
      if (!seeded.has(library.url))
        seeded.set(library.url, reads ? await seed(library, { books: BOOKS, members: MEMBERS }) : NOTHING);
    for (const workload of chosen) {
      const turns = new Map<string, Turn[]>();
      const able = contenders.filter(({ name }) => workload.kind === 'read' || name !== 'stock gateway');
      for (let round = 0; round <= rounds; round += 1)
        for (const contender of able) {
          const data = seeded.get(contender.library.url);
          if (!data) throw new Error('a contender has no data');
          const turn = await takeTurn(contender, workload, data, ms);
          // The first round warms up.
          if (round > 0) turns.set(contender.name, [...(turns.get(contender.name) ?? []), turn]);
        }
      for (const [name, all] of turns) {
        const figures = figuresOf(workload.name, name, all);
        measured.push(figures);
        if (!values.json) process.stdout.write(`${lineOf(figures)}\n`);
      }
    }
    if (values.json) process.stdout.write(`${JSON.stringify(measured, undefined, 2)}\n`);
    if (values.chart !== undefined) writeFileSync(values.chart, chartOf(measured));
  } finally {
    for (const contender of contenders.reverse()) await contender.stop();
  }
});

async function takeTurn(contender: Contender, workload: Workload, seeded: Seeded, ms: number): Promise<Turn> {
  const next = await workload.begin(contender.library, seeded);
  const commandsBefore = await contender.mongo?.read();
  const before = usedBy(contender);
  const { times, seconds } = await runLoad(contender.url, { connections: workload.connections, ms, next });
  const after = usedBy(contender);
  const commands = await contender.mongo?.read();
  const sorted = [...times].sort((one, other) => one - other);
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? NaN;
  return {
    rate: times.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    commands: commands && commandsBefore && perRequest(commands, commandsBefore, times.length),
    memory: Object.values(contender.pids()).reduce((sum, pid) => sum + useOf(pid).rssBytes, 0) / 1_000_000,
    cpu: Object.fromEntries(
      Object.entries(after).map(([name, cpuMs]) => [name, (cpuMs - (before[name] ?? cpuMs)) / times.length]),
    ),
  };
}

const usedBy = (contender: Contender): Record<string, number> =>
  Object.fromEntries(Object.entries(contender.pids()).map(([name, pid]) => [name, useOf(pid).cpuMs]));

const perRequest = (
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
  requests: number,
): Record<string, number> =>
  Object.fromEntries(Object.entries(after).map(([name, total]) => [name, (total - (before[name] ?? 0)) / requests]));
