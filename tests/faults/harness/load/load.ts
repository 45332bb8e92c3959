import { acceptedOnceAnswered, eventually, librarian } from '@rentalbook/test-kit';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../../../conformance/chance';
import type { FaultySystem } from '../../../harness/system/faulty-system';
import { createClient } from './client';
import { openLedger, type Command, type Entry, type Ledger, type Operation } from './ledger';

export interface LoadOptions {
  readonly members: number;
  readonly books: number;
  readonly copies: number;
  /** Commands a second that are begun; fewer when the system is slower than that. */
  readonly perSecond: number;
  /** How many commands are under way at most, because callers that are answered too late only ask again. */
  readonly atOnce: number;
  /** Milliseconds after which a command without an answer is sent again; twice as many after each further time. */
  readonly againMs: number;
  /** How many more answers show that the system works. */
  readonly someAnswers: number;
  readonly chance: Chance;
  readonly ledgerFile: string;
}

/** Members who come and go at a library of their own, within the system. */
export interface Load {
  readonly bookIds: readonly string[];
  readonly members: readonly string[];
  readonly ledger: Ledger;
  /** Sends a command until its fate is known; for those who want more than the members do by themselves. */
  command(member: string, operation: Operation, bookId: string, about?: string): Promise<Entry>;
  /** Waits until some more commands were answered: the system works, and there is something to harm. */
  goesOn(): Promise<void>;
  /** Begins no more commands and waits until the fate of every one is known, at most a minute and a half. */
  finish(): Promise<void>;
}

/** What a member believes of a title, and therefore does next. */
interface Pursuit {
  readonly member: string;
  readonly bookId: string;
  reservationId: string | undefined;
  rentalId: string | undefined;
  turnedAway: number;
}

const BEGIN_EVERY_MS = 25;
const AGAIN_AT_MOST_MS = 1_000;
const KNOWN_WITHIN_MS = 90_000;
const TURNED_AWAY_AT_MOST = 5;

/** Adds the books and waits until the load is about to begin; the members then go on until `finish`. */
export async function startLoad(system: FaultySystem, options: LoadOptions): Promise<Load> {
  const { chance } = options;
  const ledger = openLedger(options.ledgerFile);
  const bookIds = await addBooks(system, options);
  const group = randomBytes(3).toString('hex');
  const members = Array.from({ length: options.members }, (_, n) => `reader-${group}-${String(n + 1)}`);
  const send = createClient(system);
  const finishing = new AbortController();
  let giveUpAt = Infinity;

  const command: Load['command'] = async (member, operation, bookId, about) => {
    const asked: Command = {
      trace: randomBytes(16).toString('hex'),
      key: randomBytes(9).toString('base64url'),
      member,
      operation,
      bookId,
      ...(about !== undefined && { about }),
    };
    const entry = ledger.invoke(asked);
    for (let pause = options.againMs; ; pause = Math.min(pause * 2, AGAIN_AT_MOST_MS)) {
      const sentAt = performance.now();
      const outcome = await send(asked);
      ledger.settle(entry, outcome, sentAt);
      if (outcome.kind !== 'unknown' || performance.now() > giveUpAt) return entry;
      await delay(pause);
    }
  };

  const free = members.flatMap((member) =>
    bookIds.map((bookId): Pursuit => ({
      member,
      bookId,
      reservationId: undefined,
      rentalId: undefined,
      turnedAway: 0,
    })),
  );
  const underWay = new Set<Promise<void>>();
  const begin = (pursuit: Pursuit): void => {
    const step = pursue(pursuit, command, chance).finally(() => {
      underWay.delete(step);
      free.push(pursuit);
    });
    underWay.add(step);
  };
  const going = (async () => {
    const startedAt = performance.now();
    for (let begun = 0; !finishing.signal.aborted;) {
      const due = Math.floor(((performance.now() - startedAt) * options.perSecond) / 1_000);
      for (; begun < due && free.length > 0 && underWay.size < options.atOnce; begun += 1) begin(take(free, chance));
      // What was not begun in its time is not made up for: that would be a burst, not a rate.
      begun = Math.max(begun, due);
      await delay(BEGIN_EVERY_MS, undefined, { signal: finishing.signal }).catch(() => undefined);
    }
  })();

  return {
    bookIds,
    members,
    ledger,
    command,
    async goesOn() {
      const answered = (): number => ledger.count('ok') + ledger.count('refused');
      const enough = answered() + options.someAnswers;
      await eventually(() => answered() >= enough, { withinMs: KNOWN_WITHIN_MS, what: 'the answer to more commands' });
    },
    async finish() {
      finishing.abort();
      giveUpAt = performance.now() + KNOWN_WITHIN_MS;
      await going;
      await Promise.all(underWay);
      ledger.close();
    },
  };
}

async function addBooks(system: FaultySystem, { books, copies }: LoadOptions): Promise<readonly string[]> {
  const libby = await librarian(system);
  const ids: string[] = [];
  for (let n = 0; n < books; n += 1) {
    const title = `Book ${String(n + 1)} for the harness`;
    ids.push((await acceptedOnceAnswered((key) => libby.addBook(title, copies, key))).id);
  }
  return ids;
}

function take(free: Pursuit[], chance: Chance): Pursuit {
  const at = chance.below(free.length);
  const taken = free[at];
  const last = free.pop();
  if (!taken || !last) throw new RangeError('no member is free');
  if (at < free.length) free[at] = last;
  return taken;
}

/** The next thing that a member does about a title; now and then something that has to be refused. */
async function pursue(pursuit: Pursuit, command: Load['command'], chance: Chance): Promise<void> {
  const { member, bookId, reservationId, rentalId } = pursuit;
  if (rentalId !== undefined) {
    const { outcome } = await command(member, chance.onceIn(10) ? 'rent' : 'return', bookId, rentalId);
    if (outcome.kind === 'refused') pursuit.turnedAway += 1;
    if (outcome.kind !== 'refused' || pursuit.turnedAway > TURNED_AWAY_AT_MOST) pursuit.rentalId = undefined;
  } else if (reservationId !== undefined && chance.onceIn(4)) {
    await command(member, 'cancel', bookId, reservationId);
    pursuit.reservationId = undefined;
  } else if (reservationId !== undefined || chance.onceIn(8)) {
    const { outcome } = await command(member, 'rent', bookId);
    if (outcome.kind !== 'ok') return;
    Object.assign(pursuit, { rentalId: outcome.id, reservationId: undefined, turnedAway: 0 });
  } else {
    const { outcome } = await command(member, 'reserve', bookId);
    pursuit.reservationId = outcome.kind === 'ok' ? outcome.id : undefined;
  }
}
