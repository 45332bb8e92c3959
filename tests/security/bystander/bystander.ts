import { accepted, librarian, member, type Reader } from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { AttackedSystem } from '../attack';

/** What a bystander got in some time: milliseconds of each answer, counted from when it was due to be asked for. */
export interface Samples {
  readonly times: number[];
  /** Every answer that was not good: an entry in `errors`, a refusal, or none at all. */
  readonly bad: string[];
}

export interface Bystander {
  /** Goes on as always for so many milliseconds, so many requests a second, into these samples. */
  goOn(ms: number, perSecond: number, into: Samples): Promise<void>;
}

const COPIES = 5;
const TITLES = 10;

/** A member who reads the catalogue and their page, reserves and cancels: the same whatever others do. */
export async function bystander(system: AttackedSystem): Promise<Bystander> {
  const id = `bystander-${String(Math.floor(performance.now()))}`;
  const [reader, libby] = [await member(system, id), await librarian(system, `${id}-librarian`)];
  const bookIds: string[] = [];
  for (let n = 0; n < TITLES; n += 1) bookIds.push(accepted(await libby.addBook(`Quiet ${String(n)}`, COPIES)).id);
  let next = 0;
  const requests: readonly (() => Promise<unknown>)[] = [
    () => reader.data('{ myPage { activeCount entries(first: 20) { edges { node { id bookTitle status } } } } }'),
    () => reader.data('query($id: ID!) { book(id: $id) { title queueLength availableCopies } }', { id: bookIds[0] }),
    () => reader.data('{ books(first: 20) { edges { node { id title } } } }'),
    () => reserveAndCancel(reader, bookIds[(next += 1) % TITLES] ?? ''),
  ];
  let turn = 0;
  const ask = async (dueAt: number, { times, bad }: Samples): Promise<void> => {
    const request = requests[(turn += 1) % requests.length];
    try {
      await request?.();
    } catch (error) {
      bad.push(error instanceof Error ? error.message : String(error));
    }
    times.push(performance.now() - dueAt);
  };
  // What is compiled and planned at the first time is no part of a measurement.
  for (let n = 0; n < requests.length * 2; n += 1) await ask(performance.now(), { times: [], bad: [] });
  return {
    async goOn(ms, perSecond, into) {
      const startedAt = performance.now();
      const underWay: Promise<void>[] = [];
      for (let n = 0; n < (ms * perSecond) / 1_000; n += 1) {
        const dueAt = startedAt + (n * 1_000) / perSecond;
        await delay(Math.max(0, dueAt - performance.now()));
        underWay.push(ask(dueAt, into));
      }
      await Promise.all(underWay);
    },
  };
}

async function reserveAndCancel(reader: Reader, bookId: string): Promise<void> {
  const { id } = accepted(await reader.reserve(bookId));
  accepted(await reader.cancel(id));
}

/** The time within which so many per cent of the answers came. */
export function percentile({ times }: Samples, percent: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
