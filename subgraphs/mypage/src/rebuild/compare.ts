import { factsOf, type StoredStep } from '@rentalbook/sentences';
import type { Connection } from 'mongoose';
import { createHash } from 'node:crypto';
import { collectionOf, views } from '../projections/versions/read-model-version';

export interface Difference {
  readonly view: string;
  readonly id: string;
  readonly live: string;
  readonly rebuilt: string;
}
/** A document that differed when it was compared. */
export interface Suspect {
  readonly view: string;
  readonly id: string;
}
/** A stream of which the live version has applied more than the rebuilt one. */
export interface Behind {
  readonly stream: string;
  readonly live: number;
  readonly rebuilt: number;
}
export interface Compared {
  readonly suspects: readonly Suspect[];
  /** The streams, among the suspects, that the rebuilt version would take back. */
  readonly behind: readonly Behind[];
  /** The contents of the first suspects. */
  readonly differences: readonly Difference[];
}
export interface Summary {
  readonly view: string;
  readonly documents: number;
  readonly checksum: string;
}
interface Row {
  readonly _id: string;
  /** Of a position. */
  readonly seq?: number;
  readonly history?: Readonly<Record<string, StoredStep>>;
}
/** How many differences are reported; one is enough to refuse. */
const SHOWN = 20;
/** So few that queries of the page are not delayed. */
const ROWS_AT_ONCE = 1_000;

/**
 * Compares two versions document by document. Both may be written meanwhile, so a document that differs is only a suspect:
 * `compareAgain` repeats the comparison of suspects until each agreed once, or patience ends. Calls `keepAlive` regularly.
 */
export async function compareVersions(
  connection: Connection,
  live: number,
  rebuilt: number,
  keepAlive: () => Promise<unknown>,
): Promise<Compared & { readonly summaries: readonly Summary[] }> {
  const found = comparison();
  const summaries: Summary[] = [];
  for (const view of views) {
    const one = rowsOf(connection, collectionOf(live, view), keepAlive);
    const other = rowsOf(connection, collectionOf(rebuilt, view), keepAlive);
    const sum = createHash('sha256');
    let documents = 0;
    let [left, right] = await Promise.all([one.next(), other.next()]);
    while (!left.done || !right.done) {
      const leftFirst = !left.done && (right.done === true || left.value._id <= right.value._id);
      const rightFirst = !right.done && (left.done === true || right.value._id <= left.value._id);
      const rebuiltText = found.compare(
        { view, id: leftFirst ? idOf(left) : idOf(right) },
        leftFirst ? left.value : undefined,
        rightFirst ? right.value : undefined,
      );
      if (rightFirst) {
        documents += 1;
        sum.update(rebuiltText);
      }
      [left, right] = await Promise.all([leftFirst ? one.next() : left, rightFirst ? other.next() : right]);
    }
    summaries.push({ view, documents, checksum: sum.digest('hex').slice(0, 16) });
  }
  return { ...found.result, summaries };
}

/**
 * Re-reads differing documents from both versions at one moment, to rule out writes in flight: the fewer there are, the less
 * may be written between the two reads.
 */
export async function compareAgain(
  connection: Connection,
  live: number,
  rebuilt: number,
  suspects: readonly Suspect[],
): Promise<Compared> {
  const found = comparison();
  for (const view of views) {
    const ids = suspects.filter((one) => one.view === view).map(({ id }) => id);
    for (let start = 0; start < ids.length; start += ROWS_AT_ONCE) {
      const some = ids.slice(start, start + ROWS_AT_ONCE);
      const [one, other] = await Promise.all([
        rowsById(connection, collectionOf(live, view), some),
        rowsById(connection, collectionOf(rebuilt, view), some),
      ]);
      for (const id of some) found.compare({ view, id }, one.get(id), other.get(id));
    }
  }
  return found.result;
}

function comparison() {
  const suspects: Suspect[] = [];
  const differences: Difference[] = [];
  const behind: Behind[] = [];
  return {
    result: { suspects, differences, behind },
    /** Returns the text of the rebuilt document. */
    compare({ view, id }: Suspect, liveRow: Row | undefined, rebuiltRow: Row | undefined): string {
      const [live, rebuilt] = [textOf(liveRow), textOf(rebuiltRow)];
      if (live === rebuilt) return rebuilt;
      suspects.push({ view, id });
      if (differences.length < SHOWN) differences.push({ view, id, live, rebuilt });
      const position = { stream: id, live: liveRow?.seq ?? 0, rebuilt: rebuiltRow?.seq ?? 0 };
      if (position.live > position.rebuilt) behind.push(position);
      return rebuilt;
    },
  };
}

const idOf = (result: IteratorResult<Row, unknown>): string => (result.done ? '' : result.value._id);

/** Fields of the live page alone: the ids of the events that it applied. */
const COMPARED = { projection: { applied: 0 } } as const;

/** All documents in the order of their ids, so many in a query that none of them takes long. */
async function* rowsOf(
  connection: Connection,
  name: string,
  keepAlive: () => Promise<unknown>,
): AsyncGenerator<Row, undefined> {
  for (let after = ''; ;) {
    const rows = await connection
      .collection<Row>(name)
      .find({ _id: { $gt: after } }, COMPARED)
      .sort({ _id: 1 })
      .limit(ROWS_AT_ONCE)
      .toArray();
    yield* rows;
    const last = rows.at(-1);
    if (!last) return undefined;
    after = last._id;
    await keepAlive();
  }
}

async function rowsById(
  connection: Connection,
  name: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const rows = await connection
    .collection<Row>(name)
    .find({ _id: { $in: [...ids] } }, COMPARED)
    .toArray();
  return new Map(rows.map((row) => [row._id, row]));
}

/** A step means its facts: the release before stored a sentence alone, which is another form of the same. */
function meaningOf(row: Row): object {
  const { history } = row;
  if (history === undefined) return row;
  const steps = Object.entries(history).map(([place, step]) => {
    const { statusText, facts: _stored, ...rest } = step;
    return [place, { ...rest, shown: factsOf(step) ?? statusText }];
  });
  return { ...row, history: Object.fromEntries(steps) as object };
}

/** The same text for the same content: the order of fields depends on which source came first. */
function textOf(row: Row | undefined): string {
  if (row === undefined) return 'missing';
  return JSON.stringify(meaningOf(row), (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
