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

interface Person {
  readonly reader: Reader;
  /** Ids of books that they have not reserved. */
  readonly free: string[];
}

const MEMBERS = 10;
/** Of each title, more than its members could have at once. */
const COPIES = 2 * MEMBERS;
const TITLES = 5;

/** Members who read the catalogue and their page, reserve and cancel, one after the other: the same whatever others do. */
export async function bystander(system: AttackedSystem): Promise<Bystander> {
  const id = `bystander-${String(Math.floor(performance.now()))}`;
  const libby = await librarian(system, `${id}-librarian`);
  const bookIds: string[] = [];
  for (let n = 0; n < TITLES; n += 1) bookIds.push(accepted(await libby.addBook(`Quiet ${String(n)}`, COPIES)).id);
  const people: readonly Person[] = await Promise.all(
    Array.from({ length: MEMBERS }, async (_, n) => ({
      reader: await member(system, `${id}-${String(n)}`),
      // A reservation may take longer than until the member's next one is due, which has to be of another book.
      free: [...bookIds],
    })),
  );
  const requests: readonly ((person: Person) => Promise<unknown>)[] = [
    ({ reader }) =>
      reader.data('{ myPage { activeCount entries(first: 20) { edges { node { id bookTitle status } } } } }'),
    ({ reader }) =>
      reader.data('query($id: ID!) { book(id: $id) { title queueLength availableCopies } }', { id: bookIds[0] }),
    ({ reader }) => reader.data('{ books(first: 20) { edges { node { id title } } } }'),
    reserveAndCancel,
  ];
  let turn = 0;
  const ask = async (dueAt: number, { times, bad }: Samples): Promise<void> => {
    turn += 1;
    const request = requests[turn % requests.length];
    const person = people[Math.floor(turn / requests.length) % people.length];
    try {
      if (person) await request?.(person);
    } catch (error) {
      bad.push(error instanceof Error ? error.message : String(error));
    }
    times.push(performance.now() - dueAt);
  };
  // What is compiled and planned at the first time is no part of a measurement.
  for (let n = 0; n < requests.length * MEMBERS; n += 1) await ask(performance.now(), { times: [], bad: [] });
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

async function reserveAndCancel({ reader, free }: Person): Promise<void> {
  const bookId = free.shift();
  if (bookId === undefined) throw new Error(`${String(TITLES)} reservations of one member are under way`);
  const { id } = accepted(await reader.reserve(bookId));
  accepted(await reader.cancel(id));
  free.push(bookId);
}

/** The time within which so many per cent of the answers came. */
export function percentile({ times }: Samples, percent: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
