import { accepted, acceptedOnceAnswered, librarian, member } from '@rentalbook/test-kit';
import type { Measured, Stage, Trial } from '../../harness/trial';
import { underAttack } from '../bystander/under-attack';
import { inParallel } from '../inputs/in-parallel';
import { tokensOf } from '../inputs/callers';
import { refusedBombs } from './s1-bombs';

const BAR = 'bystander’s p99 at most 1.2 × of that without the attack in the same run, 100 % good answers';
const OVERLOADED = ['OVERLOADED'];
const SEARCHED = { short: 60, full: 20_000 };
const QUEUED = { short: 30, full: 3_000 };
const SETTING_UP_AT_ONCE = 16;

/** Bombs one after the other, then as many as one caller can send. */
export const bombsBesideOthers: Trial = {
  ...refusedBombs,
  async run(stage) {
    const refused = await refusedBombs.run(stage);
    const flooded = await underAttack(stage, {
      order: { flood: 'bombs', tokens: [], ids: [] },
      factor: 2,
      limitedBy: OVERLOADED,
    });
    return {
      amount: `${refused.amount}, then ${flooded.amount}`,
      measured: `${refused.measured}; ${flooded.measured}`,
      broken: [...refused.broken, ...flooded.broken],
    };
  },
};

const trial = (id: string, name: string, full: string, run: (stage: Stage) => Promise<Measured>): Trial => ({
  ...{ id, name, full, run },
  bar: BAR,
});

/** What one caller can do to all others. */
export const floodsOfOneCaller: readonly Trial[] = [
  trial('A1', 'an anonymous caller sends documents of 19 kB, each another one', '40 s', (stage) =>
    underAttack(stage, { order: { flood: 'documents', tokens: [], ids: [] }, limitedBy: OVERLOADED }),
  ),
  trial('A2', 'a member reserves books that could be on their way, three in a mutation', '40 s', async (stage) => {
    const tokens = await tokensOf(await stage.system(), 'a2', 1);
    return underAttack(stage, { order: { flood: 'missingBooks', tokens, ids: [] } });
  }),
  trial('A3', 'an anonymous caller reads the length of a queue of 3,000', '40 s', async (stage) => {
    const ids = [await queueOf(stage, stage.amount(QUEUED))];
    return underAttack(stage, { order: { flood: 'queues', tokens: [], ids } });
  }),
  trial('A4', 'an anonymous caller searches 20,000 titles, twice in an operation', '40 s', async (stage) => {
    await addTitles(stage, stage.amount(SEARCHED));
    return underAttack(stage, { order: { flood: 'searches', tokens: [], ids: [] } });
  }),
  trial('A5', 'a member reads on 320 connections', '40 s', async (stage) => {
    const tokens = await tokensOf(await stage.system(), 'a5', 1);
    return underAttack(stage, { order: { flood: 'greed', tokens, ids: [] }, limitedBy: OVERLOADED });
  }),
  trial('A6', 'a member sends ids of 60 kB and a new idempotency key each time', '40 s', async (stage) => {
    const tokens = await tokensOf(await stage.system(), 'a6', 1);
    return underAttack(stage, { order: { flood: 'keys', tokens, ids: [] }, limitedBy: ['BAD_USER_INPUT'] });
  }),
  trial(
    'A7',
    'an anonymous caller sends operations that each need a plan, beside 200 connections that never end their headers',
    '40 s',
    (stage) => underAttack(stage, { order: { flood: 'plans', tokens: [], ids: [] }, limitedBy: OVERLOADED }),
  ),
  trial(
    'A8',
    'an anonymous caller sends tokens that are not valid, bodies that are no JSON, and media types that are not served',
    '40 s',
    (stage) => underAttack(stage, { order: { flood: 'refused', tokens: [], ids: [] } }),
  ),
  trial('A9', 'an anonymous caller sends bodies of 100 kB full of objects on 320 connections', '40 s', (stage) =>
    underAttack(stage, { order: { flood: 'bodies', tokens: [], ids: [] }, limitedBy: OVERLOADED }),
  ),
];

export const manyReservations: Trial = {
  id: 'S10',
  name: 'one member, 10,000 reservations a minute',
  full: '10,000 reservations in a minute, twice',
  bar: 'limited; others’ p99 at most 1.2 ×',
  async run(stage) {
    const system = await stage.system();
    const libby = await librarian(system, 's10-librarian');
    const ids: string[] = [];
    for (let n = 0; n < 10; n += 1) ids.push(accepted(await libby.addBook(`Wanted ${String(n)}`, 1)).id);
    const order = { flood: 'reservations', tokens: await tokensOf(system, 's10', 1), ids } as const;
    return underAttack(stage, { order, attackMs: 60_000, limitedBy: OVERLOADED });
  },
};

/** A book for which so many members wait. */
async function queueOf(stage: Stage, length: number): Promise<string> {
  const system = await stage.system();
  const libby = await librarian(system, 'a3-librarian');
  const bookId = accepted(await libby.addBook('Wanted by everyone', 1)).id;
  await inParallel(Array.from({ length }), SETTING_UP_AT_ONCE, async (_, n) => {
    const reader = await member(system, `a3-${String(n)}`);
    await acceptedOnceAnswered((key) => reader.reserve(bookId, key));
    stage.progress(n, length);
  });
  return bookId;
}

/** Adds titles by many librarians, for whom a budget is shared. */
async function addTitles(stage: Stage, count: number): Promise<void> {
  const system = await stage.system();
  const librarians = await Promise.all(Array.from({ length: 100 }, (_, n) => librarian(system, `a4-${String(n)}`)));
  await inParallel(Array.from({ length: count }), SETTING_UP_AT_ONCE, async (_, n) => {
    const title = `${n.toString(36)} of ${(n * 7_919).toString(16)} tales ${((n * 104_729) % 65_537).toString(16)}`;
    const libby = librarians[n % librarians.length];
    if (libby) await acceptedOnceAnswered((key) => libby.addBook(title, 1, key));
    stage.progress(n, count);
  });
}
