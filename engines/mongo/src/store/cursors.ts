import { randomBytes } from 'node:crypto';
import { encodeDocument, type BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import type { CursorBatch } from '../wire/messages';

interface OpenCursor {
  readonly namespace: string;
  readonly rest: readonly BsonDocument[];
  lastUsed: number;
}

export interface CursorRequest {
  readonly namespace: string;
  readonly documents: readonly BsonDocument[];
  /** How many documents the first batch may have at most. */
  readonly batchSize?: number | undefined;
  /** Whether whatever does not fit into the first batch is let go. */
  readonly singleBatch?: boolean | undefined;
}

const FIRST_BATCH = 101;
const BATCH_BYTES = 16 * 1024 * 1024;
const CLOSED = 0n;

/** Results that a client fetches in parts. They hold the versions that were found, whatever is written meanwhile. */
export class Cursors {
  readonly #open = new Map<bigint, OpenCursor>();

  constructor(private readonly idleMs: number) {}

  get size(): number {
    return this.#open.size;
  }

  open({ namespace, documents, batchSize = FIRST_BATCH, singleBatch = false }: CursorRequest): CursorBatch {
    const { bytes, rest } = take(documents, batchSize);
    const id = rest.length === 0 || singleBatch ? CLOSED : newId();
    if (id !== CLOSED) this.#open.set(id, { namespace, rest, lastUsed: Date.now() });
    return { kind: 'cursor-batch', field: 'firstBatch', id, namespace, documents: bytes };
  }

  next(id: bigint, namespace: string, batchSize = Infinity): CursorBatch {
    const cursor = this.#open.get(id);
    if (!cursor) throw new CommandError(43, `cursor id ${id} not found`);
    if (cursor.namespace !== namespace)
      throw new CommandError(2, `The cursor ${id} belongs to ${cursor.namespace}, not to ${namespace}`);
    const { bytes, rest } = take(cursor.rest, batchSize);
    if (rest.length === 0) this.#open.delete(id);
    else this.#open.set(id, { namespace, rest, lastUsed: Date.now() });
    return {
      kind: 'cursor-batch',
      field: 'nextBatch',
      id: rest.length === 0 ? CLOSED : id,
      namespace,
      documents: bytes,
    };
  }

  /** Whether there was such a cursor. */
  kill(id: bigint, namespace: string): boolean {
    return this.#open.get(id)?.namespace === namespace && this.#open.delete(id);
  }

  closeIdle(now: number): void {
    for (const [id, { lastUsed }] of this.#open) if (now - lastUsed >= this.idleMs) this.#open.delete(id);
  }
}

/** As many documents as a batch may have, but at least one where any is asked for. */
function take(
  documents: readonly BsonDocument[],
  batchSize: number,
): { bytes: readonly Uint8Array[]; rest: readonly BsonDocument[] } {
  const bytes: Uint8Array[] = [];
  let size = 0;
  for (const document of documents) {
    if (bytes.length >= batchSize) break;
    const encoded = encodeDocument(document);
    if (bytes.length > 0 && size + encoded.length > BATCH_BYTES) break;
    size += encoded.length;
    bytes.push(encoded);
  }
  return { bytes, rest: documents.slice(bytes.length) };
}

function newId(): bigint {
  return (randomBytes(8).readBigUInt64LE() >> 2n) + 1n;
}
