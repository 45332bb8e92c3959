import type { Connection, mongo } from 'mongoose';
import { joinCalls } from '@rentalbook/mongo';

interface Read {
  readonly collection: string;
  readonly pipeline: readonly mongo.BSON.Document[];
}

/** Reads one collection by an aggregation pipeline, whose last stage decides the shape of a row. */
export type JointRead = <Row>(collection: string, pipeline: Read['pipeline']) => Promise<readonly Row[]>;

/** The field of a row that says which read it belongs to. */
const READ = '_read';

/**
 * Sends the reads that begin in the same turn of the event loop as one `aggregate` command, joined by `$unionWith`: a page
 * that shows ten numbers costs one round trip. Each read uses the indexes of its own collection. The rows of one read
 * have no order: MongoDB gives none to the documents of a union.
 */
export function createJointReads(connection: Connection): JointRead {
  const read = joinCalls<Read, readonly mongo.BSON.Document[]>((reads) => readTogether(connection, reads));
  return async <Row>(collection: string, pipeline: Read['pipeline']) =>
    (await read({ collection, pipeline })) as readonly Row[];
}

async function readTogether(connection: Connection, reads: readonly Read[]): Promise<mongo.BSON.Document[][]> {
  const parts = reads.map(({ collection, pipeline }, place) => ({
    collection,
    pipeline: [...pipeline, { $addFields: { [READ]: place } }],
  }));
  const [first, ...others] = parts;
  if (!first) return [];
  const joined = others.map(({ collection, pipeline }) => ({ $unionWith: { coll: collection, pipeline } }));
  const rows: mongo.BSON.Document[][] = reads.map(() => []);
  const cursor = connection.collection(first.collection).aggregate([...first.pipeline, ...joined]);
  for (const row of await cursor.toArray()) rows[Number(row[READ])]?.push(row);
  return rows;
}
