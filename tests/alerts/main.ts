import { findParts, inheritedEnvironment, readEnvironment, runCommand, UsageError } from '@rentalbook/cli';
import { allAlerts } from '@rentalbook/observability/alerts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startFaultySystem } from '../harness/system/faulty-system';
import { allFaults } from './faults/all-faults';
import type { Fault } from './faults/fault';
import { startLoad } from './load';
import { startOutside } from './outside/outside';
import { soak } from './soak';
import { isSlow, rulesIn, SLOW_TIMES } from './short-rules';
import { judge, rowOf, type Around, type Verdict } from './verdict';
import { startWatching } from './watching';

const HELP = `Causes faults in a running system, and waits until exactly the alerts of each fire, and are over after it.

  npm run test:alerts                       every fault
  npm run test:alerts -- gap kafka-away     these
  npm run test:alerts -- --soak 20          no fault: minutes of valid load with a restart of each service, and no alert may fire

  --factor N    divides the times of the rules (windows and "for"), by default by 30, in a soak by 1

It needs the executables prometheus and alertmanager, in PATH or OBSERVE_BIN_DIR, and the embedded engines alone. The times of
"BurnsSlowly" alerts are divided by ${String(SLOW_TIMES)} times as much, in a Prometheus of their own: they look back over days.

Faults: ${allFaults.map(({ name }) => name).join(', ')}
`;
const options = { factor: { type: 'string' }, soak: { type: 'string' } } as const;
/** What Prometheus and Alertmanager take to read, judge and notify, on a machine that does other things. */
const SLACK_SECONDS = 10;
const QUIET_MS = 15_000;
/** Points in ten seconds: little enough for a caller to spend, and more than the load needs. */
const BUDGET = 600;
/** A line of one caller forms behind few operations, and a call that waits for others is not cut: a busy machine carries out few. */
const SETTINGS = { CALLER_CONCURRENCY: '4', SUBGRAPH_TIMEOUT_MS: '6000', OPERATION_TIMEOUT_MS: '12000' };

runCommand(HELP, async (args) => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const factor = numberOf('--factor', values.factor ?? (values.soak === undefined ? '30' : '1'));
  const minutes = values.soak === undefined ? undefined : numberOf('--soak', values.soak);
  const chosen = choose(positionals);
  const path = inheritedEnvironment()['PATH'] ?? '';
  const { executables } = findParts(readEnvironment(), path);
  const [prometheus, alertmanager] = [executables.get('prometheus'), executables.get('alertmanager')];
  if (prometheus === undefined || alertmanager === undefined) {
    say('Skipped: it needs the executables prometheus and alertmanager, in PATH or OBSERVE_BIN_DIR.');
    return;
  }

  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-alerts-'));
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      ending.abort(new UsageError(`Interrupted by ${signal}.`));
    });
  const root = resolve('.');
  const outside = await startOutside(root, folder);
  const system = await startFaultySystem({
    ...{ root, built: root, log: join(folder, 'system.log'), signal: ending.signal },
    settings: { budget: BUDGET, env: SETTINGS, envOf: outside.envOf, isMeasured: true },
  });
  let isGood = false;
  try {
    const watching = await startWatching({
      executables: { prometheus, alertmanager },
      folder,
      rules: rulesIn(factor),
      targets: system.metricsAddresses,
      cluster: outside.cluster.address,
      path,
    });
    try {
      const around = { system, watching, outside, load: await startLoad(system), signal: ending.signal, report: say };
      say(`Times of the rules divided by ${String(factor)}; read and judged every two seconds.\n`);
      isGood = minutes === undefined ? await tryAll(chosen, factor, around) : await soak({ ...around, minutes, say });
    } finally {
      await watching.stop();
    }
  } finally {
    await system.stop();
    await outside.stop();
    if (isGood) rmSync(folder, { recursive: true, force: true });
    else say(`The logs are in ${folder}.`);
  }
  if (!isGood) process.exitCode = 1;
});

/** Every fault after the other, once nothing has fired without one; whether all went as promised. */
async function tryAll(chosen: readonly Fault[], factor: number, around: Omit<Around, 'promised'>): Promise<boolean> {
  const { load, watching, signal } = around;
  await watching.until((firing) => firing.size === 0, QUIET_MS);
  watching.sinceLast();
  load.resume();
  await watching.until((firing) => firing.size > 0, QUIET_MS);
  await load.pause();
  const early = watching.sinceLast();
  if (early.size > 0) throw new UsageError(`Without a fault there fired: ${[...early].join(', ')}.`);
  const verdicts: Verdict[] = [];
  say(rowOf(['fault', 'alert', 'fired after, s', 'promised, s', 'over after, s', 'promised, s', '']));
  say(rowOf(['-', '-', '-', '-', '-', '-', '-']));
  for (const fault of chosen) {
    signal.throwIfAborted();
    const promised = (alert: string, time: 'firesWithin' | 'clearsWithin'): number =>
      promiseOf(alert, time, factor) + (time === 'firesWithin' ? (fault.undividedSeconds ?? 0) : 0);
    const judged = await judge(fault, { ...around, promised });
    for (const { row } of judged) say(row);
    verdicts.push(...judged);
  }
  const bad = verdicts.filter(({ passed }) => !passed).length;
  const fired = new Set(verdicts.filter(({ passed }) => passed).map(({ alert }) => alert));
  say(
    `\n${String(verdicts.length - bad)} passed, ${String(bad)} failed; ${String(fired.size)} of ${String(allAlerts.length)} alerts were fired by a fault.`,
  );
  return bad === 0;
}

function promiseOf(name: string, time: 'firesWithin' | 'clearsWithin', factor: number): number {
  const alert = allAlerts.find((one) => one.name === name);
  if (!alert) throw new Error(`There is no alert ${name}.`);
  return (alert.test[time] * 60) / (isSlow(name) ? factor * SLOW_TIMES : factor) + SLACK_SECONDS;
}

function choose(names: readonly string[]): readonly Fault[] {
  const unknown = names.find((name) => !allFaults.some((fault) => fault.name === name));
  if (unknown !== undefined)
    throw new UsageError(`There is no fault "${unknown}"; there are ${allFaults.map(({ name }) => name).join(', ')}.`);
  return names.length === 0 ? allFaults : allFaults.filter(({ name }) => names.includes(name));
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (!(number >= 1)) throw new UsageError(`${option} "${text}" is no number from 1 on.`);
  return number;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
