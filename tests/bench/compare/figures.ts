import { median } from '../median';

export interface Turn {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of processor time for each request, by process. */
  readonly cpu: Readonly<Record<string, number>>;
  /** MongoDB commands for each request, by name; undefined where they are not counted. */
  readonly commands: Readonly<Record<string, number>> | undefined;
  /** MB of resident memory of all processes, at the end. */
  readonly memory: number;
}

/** The medians of a contender's turns with one workload. */
export interface Figures extends Turn {
  readonly workload: string;
  readonly contender: string;
}

export function figuresOf(workload: string, contender: string, turns: readonly Turn[]): Figures {
  const of = (figure: 'rate' | 'p50' | 'p99' | 'memory'): number => median(turns.map((turn) => turn[figure]));
  const processes = Object.keys(turns[0]?.cpu ?? {});
  const cpu = Object.fromEntries(
    processes.map((process) => [process, median(turns.map((turn) => turn.cpu[process] ?? 0))]),
  );
  const { commands } = turns.at(-1) ?? {};
  return {
    ...{ workload, contender, rate: of('rate'), p50: of('p50'), p99: of('p99'), memory: of('memory') },
    ...{ cpu, commands },
  };
}

/** Processor time of all processes, in milliseconds for each request. */
const wholeOf = (cpu: Turn['cpu']): number => Object.values(cpu).reduce((sum, value) => sum + value, 0);

export function lineOf({ workload, contender, rate, p50, p99, cpu, memory, commands = {} }: Figures): string {
  const parts = Object.entries(cpu).map(([process, value]) => `${process} ${value.toFixed(2)}`);
  const counted = Object.entries(commands)
    .filter(([, each]) => each >= 0.05)
    .sort(([, one], [, other]) => other - one)
    .map(([command, each]) => `${command} ${each.toFixed(2)}`)
    .join(' ');
  return (
    `${workload} · ${contender}: ${rate.toFixed(0)} requests/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ` +
    `${wholeOf(cpu).toFixed(2)} ms of processor time each (${parts.join(' ')}), ${memory.toFixed(0)} MB${counted && `; MongoDB commands each: ${counted}`}`
  );
}

const BAR = { height: 18, gap: 4, left: 300, length: 420 };

/** The rates as a chart: bars in proportion to the fastest contender of the same workload. */
export function chartOf(all: readonly Figures[]): string {
  const fastest = new Map<string, number>();
  for (const { workload, rate } of all) fastest.set(workload, Math.max(rate, fastest.get(workload) ?? 0));
  const height = all.length * (BAR.height + BAR.gap) + BAR.gap;
  const width = BAR.left + BAR.length + 130;
  const rows = all.map(({ workload, contender, rate }, index) => {
    const y = BAR.gap + index * (BAR.height + BAR.gap);
    const length = ((rate / (fastest.get(workload) ?? rate)) * BAR.length).toFixed(0);
    const baseline = y + BAR.height - 5;
    return [
      `<text x="${String(BAR.left - 8)}" y="${String(baseline)}" text-anchor="end">${escaped(`${workload} · ${contender}`)}</text>`,
      `<rect x="${String(BAR.left)}" y="${String(y)}" width="${length}" height="${String(BAR.height)}" fill="#4477aa"/>`,
      `<text x="${String(BAR.left + Number(length) + 8)}" y="${String(baseline)}">${rate.toFixed(0)} requests/s</text>`,
    ].join('\n  ');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" font-family="sans-serif" font-size="13">`,
    ...rows.map((row) => `  ${row}`),
    '</svg>\n',
  ].join('\n');
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
