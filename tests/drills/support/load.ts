import { accepted, type Reader } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { CATALOGUE, createBorrowing } from './borrowing';
import { allGood, startCounting, type Tally } from './counting';
import { bar, NotProven } from './drill';
import type { Stage } from './stage';
import { granted, reserveNew } from './story';

/** A page shows a hundred entries at most, and is compared with what was answered: no reader borrows more often. */
const LOANS_OF_A_READER = 12;
const CATCHES_UP_WITHIN_MS = 60_000;
/** They come one after the other: what was started a moment ago is slow at first. */
const ONLOOKER_COMES_AFTER_MS = 2_000;
const REQUESTS_AFTER_EACH_STEP = 60;
const REQUESTS_WITHIN_MS = 120_000;

/** What goes on beside an operation. */
export interface Load {
  /** Throws what ended the load early, if anything did. */
  tally(): Tally;
}

/** What came of a load whose readers have all ended their last loan. */
export interface Outcome<Result> {
  readonly result: Result;
  readonly tally: Tally;
  readonly commands: number;
  readonly requestsPerSecond: string;
  /**
   * Compares every page with what was answered: a loan for each reservation that was acknowledged, each ended, and no
   * other. Throws NotProven where something was lost or done twice. Resolves to the number of loans.
   */
  audit(): Promise<number>;
}

/** Who uses the system while something is done to it. */
export interface Callers {
  /** Those who borrow a book of their own, again and again. */
  readonly readers: number;
  /** Callers that only read the catalogue, by default none: reads beside those of the members. */
  readonly onlookers?: number;
}

interface Borrower {
  readonly reader: Reader;
  loans: number;
}

/**
 * Does something while readers all the time reserve, rent and bring back a book of their own, and look at books and
 * pages in between: three reads to a command. A command that fails is sent again with its key. An onlooker pauses for a
 * quarter of what the last answer took, so that many of them leave a busy system the time for what matters.
 */
export async function underLoad<Result>(
  stage: Stage,
  { readers, onlookers = 0 }: Callers,
  operate: (load: Load) => Promise<Result>,
): Promise<Outcome<Result>> {
  const shelves = await Promise.all(Array.from({ length: readers }, () => newShelf(stage)));
  const counting = startCounting();
  const borrowers: Borrower[] = [];
  const abandoned = new AbortController();
  // Each onlooker that has not come yet listens.
  setMaxListeners(onlookers + 1, abandoned.signal);
  let isEnding = false;

  const borrowing = createBorrowing(stage, counting, abandoned.signal);

  const visit = async (bookId: string): Promise<void> => {
    let borrower: Borrower | undefined;
    while (!isEnding) {
      if (!borrower || borrower.loans === LOANS_OF_A_READER) {
        borrower = { reader: await stage.reader('load'), loans: 0 };
        borrowers.push(borrower);
      }
      borrower.loans += 1;
      await borrowing.borrow(borrower.reader, bookId);
    }
  };

  const lookAround = async (place: number): Promise<void> => {
    await delay(place * ONLOOKER_COMES_AFTER_MS, undefined, { signal: abandoned.signal });
    const reader = await stage.reader('onlooker');
    while (!isEnding) {
      stage.signal.throwIfAborted();
      abandoned.signal.throwIfAborted();
      const startedAt = performance.now();
      await counting.of(() => reader.data(CATALOGUE));
      await delay((performance.now() - startedAt) / 4);
    }
  };

  const isShown = async ({ reader, loans }: Borrower): Promise<boolean> => {
    const { entries } = await reader.page();
    bar(entries.length <= loans, `a reader borrowed ${String(loans)} times and has ${String(entries.length)} loans`);
    return entries.filter(({ status }) => status === 'RETURN_COMPLETE').length === loans;
  };

  const startedAt = performance.now();
  const visits = Promise.all([
    ...shelves.map(visit),
    ...Array.from({ length: onlookers }, (_, place) => lookAround(place)),
  ]);
  let fault: Error | undefined;
  visits.catch((error: unknown) => {
    fault = error instanceof Error ? error : new Error(String(error));
  });
  const tally = (): Tally => {
    if (fault) throw fault;
    return counting.tally();
  };
  try {
    const result = await operate({ tally });
    isEnding = true;
    await visits;
    const { requests } = tally();
    return {
      result,
      tally: tally(),
      commands: borrowing.commands(),
      requestsPerSecond: ((1_000 * requests) / (performance.now() - startedAt)).toFixed(0),
      async audit() {
        for (const borrower of borrowers)
          await stage.until(() => isShown(borrower), {
            withinMs: CATCHES_UP_WITHIN_MS,
            what: 'a page that shows every loan of its reader as ended',
          });
        return borrowers.reduce((sum, { loans }) => sum + loans, 0);
      },
    };
  } finally {
    abandoned.abort(new NotProven('the load was given up'));
    await Promise.allSettled([visits]);
  }
}

/** Waits until the load has sent some more requests, and throws unless all so far were good. */
export async function goOn(stage: Stage, load: Load): Promise<void> {
  const { requests } = load.tally();
  await stage.until(() => load.tally().requests >= requests + REQUESTS_AFTER_EACH_STEP, {
    withinMs: REQUESTS_WITHIN_MS,
    what: `${String(REQUESTS_AFTER_EACH_STEP)} requests after a step`,
  });
  allGood(load.tally());
}

/** A book with one copy, once Reserve knows it; resolves to its id. */
export async function newShelf(stage: Stage): Promise<string> {
  const libby = await stage.librarian();
  const probe = await stage.reader('probe');
  const title = `Shelf ${randomUUID()}`;
  const { id } = await granted(stage, (key) => libby.addBook(title, 1, key));
  const reservation = await reserveNew(stage, probe, id);
  accepted(await probe.cancel(reservation.id));
  return id;
}
