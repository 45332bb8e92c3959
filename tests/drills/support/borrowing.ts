import { accepted, type Payload, type Reader } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { startCounting } from './counting';
import { bar, NotProven } from './drill';
import type { Stage } from './stage';

/** Of five commands one is sent again with its key, as by a client that has lost the answer. */
const REPEAT_EVERY = 5;
/** How often a client sends a command again that failed, always with the same key. */
const ATTEMPTS = 20;
const RETRY_AFTER_MS = 500;
const CATCHES_UP_WITHIN_MS = 60_000;
export const CATALOGUE = '{ books(first: 5) { edges { node { id title statusText } } } }';

/** What a reader of the load does with one book: reserve, rent and bring it back, with three reads to a command. */
export function createBorrowing(stage: Stage, counting: ReturnType<typeof startCounting>, abandoned: AbortSignal) {
  let commands = 0;

  /** Sends until there is an answer, as a client does that has to know. */
  const persist = async <Answer>(attempt: () => Promise<Answer | undefined>): Promise<Answer> => {
    for (let attempts = 1; attempts <= ATTEMPTS; attempts += 1) {
      stage.signal.throwIfAborted();
      abandoned.throwIfAborted();
      const answer = await attempt();
      if (answer !== undefined) return answer;
      await delay(RETRY_AFTER_MS);
    }
    throw new NotProven(`a command failed ${String(ATTEMPTS)} times in a row`);
  };

  const command = async <Entity extends { readonly id: string }>(
    send: (idempotencyKey: string) => Promise<Payload<Entity>>,
  ): Promise<Entity> => {
    const key = randomUUID();
    const attempt = (): Promise<Entity | undefined> => counting.of(async () => accepted(await send(key)));
    const first = await persist(attempt);
    commands += 1;
    const again = commands % REPEAT_EVERY === 0 ? await attempt() : undefined;
    bar(again === undefined || again.id === first.id, 'a command took effect twice: its repeat has another id');
    return first;
  };

  const look = async (reader: Reader, bookId: string): Promise<void> => {
    await counting.of(() => reader.book(bookId));
    await counting.of(() => reader.data(CATALOGUE));
    await counting.of(() => reader.page());
  };

  const becomes = (find: () => Promise<{ readonly status: string } | null>, status: string): Promise<true> =>
    stage.until(
      async () => {
        abandoned.throwIfAborted();
        return (await counting.of(find))?.status === status;
      },
      {
        withinMs: CATCHES_UP_WITHIN_MS,
        what: `${status} after a command of the load`,
      },
    );

  const borrow = async (reader: Reader, bookId: string): Promise<void> => {
    const reservation = await command((key) => reader.reserve(bookId, key));
    await look(reader, bookId);
    if (reservation.status !== 'READY') await becomes(() => reader.reservation(reservation.id), 'READY');
    const rental = await command((key) => reader.rent(bookId, key));
    await look(reader, bookId);
    if (rental.status !== 'ACTIVE') await becomes(() => reader.rental(rental.id), 'ACTIVE');
    await command((key) => reader.giveBack(rental.id, key));
    await look(reader, bookId);
  };

  return { borrow, commands: (): number => commands };
}
