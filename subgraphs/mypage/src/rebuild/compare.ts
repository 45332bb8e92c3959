import type { Connection } from 'mongoose';
import { createHash } from 'node:crypto';
import { collectionOf, views } from '../projections/versions/page-version';

export interface Difference {
  readonly view: string;
  readonly id: string;
  readonly live: string;
  readonly rebuilt: string;
}
interface Row {
  readonly _id: string;
}
export interface Summary {
  readonly view: string;
  readonly documents: number;
  readonly checksum: string;
}
/** How many differences are told; one is enough to refuse. */
const SHOWN = 20;

/**
 * Compares two versions document by document. Both may be written meanwhile, so a document that differs is only
 * suspected: look at the suspects again until each agreed once, or patience ends. Of documents that are no suspects any
 * more a difference says only that they are being written; without `suspects`, every document is one.
 */
export async function compareVersions(
  connection: Connection,
  live: number,
  rebuilt: number,
  suspects?: ReadonlySet<string>,
) {
  const differences: Difference[] = [];
  const differing = new Set<string>();
  const summaries: Summary[] = [];
  for (const view of views) {
    const one = rowsOf(connection, collectionOf(live, view))[Symbol.asyncIterator]();
    const other = rowsOf(connection, collectionOf(rebuilt, view))[Symbol.asyncIterator]();
    const sum = createHash('sha256');
    let documents = 0;
    let [left, right] = await Promise.all([one.next(), other.next()]);
    while (!left.done || !right.done) {
      const leftFirst = !left.done && (right.done === true || left.value._id <= right.value._id);
      const rightFirst = !right.done && (left.done === true || right.value._id <= left.value._id);
      const id = leftFirst ? idOf(left) : idOf(right);
      const liveText = leftFirst ? canonical(left.value) : 'missing';
      const rebuiltText = rightFirst ? canonical(right.value) : 'missing';
      const name = `${view} ${id}`;
      if (liveText !== rebuiltText && (suspects?.has(name) ?? true)) {
        differing.add(name);
        if (differences.length < SHOWN) differences.push({ view, id, live: liveText, rebuilt: rebuiltText });
      }
      if (rightFirst) {
        documents += 1;
        sum.update(rebuiltText);
      }
      [left, right] = await Promise.all([leftFirst ? one.next() : left, rightFirst ? other.next() : right]);
    }
    summaries.push({ view, documents, checksum: sum.digest('hex').slice(0, 16) });
  }
  return { differences, suspects: differing, summaries };
}

const idOf = (result: IteratorResult<Row, unknown>): string => (result.done ? '' : result.value._id);

const rowsOf = (connection: Connection, name: string) =>
  connection.collection<Row>(name).find({}, { batchSize: 1_000 }).sort({ _id: 1 });

/** The same text for the same content: the order of fields depends on which source came first. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
