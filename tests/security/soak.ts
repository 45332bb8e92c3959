import { accepted, librarian, member, serviceNames, type Reader } from '@rentalbook/test-kit';
import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { badRequests } from '../../router/test/support/bad-requests';
import type { Broken } from '../harness/broken';
import type { FaultySystem } from '../harness/system/faulty-system';
import type { Stage, Trial } from '../harness/trial';
import { bombs } from './inputs/bombs';
import { inParallel } from './inputs/in-parallel';
import { probe, type Probe } from './probe';

const MEMBERS = 60;
const TITLES = 30;
const COPIES = 5;
const CAPACITY_MS = 15_000;
const AT_ONCE = 16;
const SHARE_OF_CAPACITY = 0.8;
const ONE_ATTACK_IN = 20;
const SAMPLE_EVERY_MS = 5_000;
/** Heaps grow until they are collected: that much more in the last third is flat. */
const FLAT = 1.1;
/** Of the time, before memory is compared. */
const WARM_UP = 0.2;
const MINUTE_MS = 60_000;

/** Valid traffic at 80 % of the measured capacity, of which one request in twenty is an attack. */
export const soak = (minutes: number): Trial => ({
  id: 'SOAK',
  name: 'valid traffic at 80 % of the measured capacity, with 5 % attacks mixed in',
  full: '10 minutes',
  bar: 'no valid request fails; memory of every process flat from the first third to the last, after the warm-up',
  async run(stage) {
    const system = await stage.system();
    const { valid, attack, asker } = await traffic(stage, system);
    const perSecond = (await capacityOf(valid)) * SHARE_OF_CAPACITY;
    const ms = minutes * MINUTE_MS;
    const memory = sampleMemory(system);
    const startedAt = performance.now();
    const bad: string[] = [];
    const underWay = new Set<Promise<void>>();
    let attacks = 0;
    let requests = 0;
    for (let elapsed = 0; elapsed < ms; elapsed = performance.now() - startedAt) {
      stage.progress(Math.round(elapsed / MINUTE_MS), minutes);
      const due = Math.floor((elapsed * perSecond) / 1_000);
      for (; requests < due; requests += 1) {
        const isAttack = stage.chance.onceIn(ONE_ATTACK_IN);
        if (isAttack) attacks += 1;
        const one = (isAttack ? attack() : valid().catch((error: unknown) => void bad.push(String(error)))).finally(
          () => underWay.delete(one),
        );
        underWay.add(one);
      }
      await delay(TICK_MS);
    }
    await Promise.all(underWay);
    const { grown, described } = await memory.stop();
    const broken: Broken[] = [
      ...bad.map((found) => ({ promise: 'no valid request fails', on: 'soak', found })),
      ...grown.map((found) => ({ promise: 'memory is flat', on: 'soak', found })),
      ...asker.broken,
    ];
    return {
      amount: `${String(minutes)} min, ${String(requests)} requests, ${String(attacks)} of them attacks`,
      measured: `${perSecond.toFixed(0)} requests a second; ${String(bad.length)} valid ones failed; MB in the first and the last third: ${described}`,
      broken,
    };
  },
});

const TICK_MS = 10;

async function traffic(stage: Stage, system: FaultySystem) {
  const { chance } = stage;
  const readers = await Promise.all(Array.from({ length: MEMBERS }, (_, n) => member(system, `soak-${String(n)}`)));
  const libby = await librarian(system, 'soak-librarian');
  const bookIds: string[] = [];
  for (let n = 0; n < TITLES; n += 1) bookIds.push(accepted(await libby.addBook(`Soaked ${String(n)}`, COPIES)).id);
  const asker = probe(system.url);
  const all = bombs(10);
  const bad = badRequests.filter(({ status }) => status === 400);
  return {
    asker,
    valid: () => validRequest(chance.oneOf(readers), chance.oneOf(bookIds), chance.below(10)),
    attack: () => oneAttack(asker, chance.onceIn(2) ? chance.oneOf(all) : chance.oneOf(bad)),
  };
}

/** What members do: mostly read, now and then reserve and cancel. A refusal by a rule of the library is a good answer. */
async function validRequest(reader: Reader, bookId: string, kind: number): Promise<void> {
  if (kind < 4)
    await reader.data('{ myPage { activeCount entries(first: 10) { edges { node { id bookTitle status } } } } }');
  else if (kind < 6) await reader.book(bookId);
  else if (kind < 8) await reader.data('{ books(first: 20) { edges { node { id title } } } }');
  else {
    const { entity } = await reader.reserve(bookId);
    if (entity) await reader.cancel(entity.id);
  }
}

async function oneAttack(asker: Probe, attack: (typeof badRequests)[number] | ReturnType<typeof bombs>[number]) {
  if ('ask' in attack) await attack.ask(asker);
  else await asker.post({ query: attack.query, variables: attack.variables });
}

/** Valid requests a second that the system answers to a few who each send the next once the last is answered. */
async function capacityOf(valid: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  let answered = 0;
  await inParallel(Array.from({ length: AT_ONCE }), AT_ONCE, async () => {
    while (performance.now() - startedAt < CAPACITY_MS) {
      await valid();
      answered += 1;
    }
  });
  return (answered * 1_000) / (performance.now() - startedAt);
}

const run = promisify(execFile);
const KIB_PER_MB = 1_024;

/** Reads the memory of each service now and then, until it is stopped. */
function sampleMemory(system: FaultySystem) {
  const samples = new Map<string, number[]>(serviceNames.map((name) => [name, []]));
  const ended = new AbortController();
  const sampling = (async () => {
    while (!ended.signal.aborted) {
      for (const name of serviceNames) {
        const pid = system.pidOf(name);
        if (pid === undefined) continue;
        const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
        samples.get(name)?.push(Number(stdout) / KIB_PER_MB);
      }
      await delay(SAMPLE_EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      ended.abort();
      await sampling;
      const thirds = [...samples].map(([name, all]) => ({ name, ...firstAndLast(all) }));
      const described = thirds.map(({ name, first, last }) => `${name} ${first.toFixed(0)} → ${last.toFixed(0)}`);
      const grown = thirds.flatMap(({ first, last }, at) => (last > first * FLAT ? [described[at] ?? ''] : []));
      return { grown, described: described.join(', ') };
    },
  };
}

function firstAndLast(all: readonly number[]): { readonly first: number; readonly last: number } {
  const warm = all.slice(Math.floor(all.length * WARM_UP));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const mean = (some: readonly number[]): number => some.reduce((sum, one) => sum + one, 0) / Math.max(1, some.length);
  return { first: mean(warm.slice(0, third)), last: mean(warm.slice(-third)) };
}
