import { randomBytes } from 'node:crypto';
import type { EncodedDocument } from '../bson/values';
import { CommandError } from '../errors';
import type { CursorBatch } from '../wire/messages';

interface OpenCursor {
  readonly namespace: string;
  readonly rest: readonly EncodedDocument[];
  readonly lastUsed: number;
}

export interface CursorRequest {
  readonly namespace: string;
  readonly documents: readonly EncodedDocument[];
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
    const id = rest.length === 0 || singleBatch ? CLOSED : (randomBytes(8).readBigUInt64LE() >> 2n) + 1n;
    return this.#keep('firstBatch', id, namespace, bytes, singleBatch ? [] : rest);
  }

  next(id: bigint, namespace: string, batchSize = Infinity): CursorBatch {
    const cursor = this.#open.get(id);
    if (!cursor) throw new CommandError(43, `cursor id ${id} not found`);
    if (cursor.namespace !== namespace)
      throw new CommandError(2, `The cursor ${id} belongs to ${cursor.namespace}, not to ${namespace}`);
    const { bytes, rest } = take(cursor.rest, batchSize);
    return this.#keep('nextBatch', id, namespace, bytes, rest);
  }

  /** Whether there was such a cursor. */
  kill(id: bigint, namespace: string): boolean {
    return this.#open.get(id)?.namespace === namespace && this.#open.delete(id);
  }

  closeIdle(now: number): void {
    for (const [id, { lastUsed }] of this.#open) if (now - lastUsed >= this.idleMs) this.#open.delete(id);
  }

  #keep(
    field: CursorBatch['field'],
    id: bigint,
    namespace: string,
    documents: readonly Uint8Array[],
    rest: readonly EncodedDocument[],
  ): CursorBatch {
    if (rest.length === 0) this.#open.delete(id);
    else this.#open.set(id, { namespace, rest, lastUsed: Date.now() });
    return { kind: 'cursor-batch', field, id: rest.length === 0 ? CLOSED : id, namespace, documents };
  }
}

/** As many documents as a batch may have, but at least one where any is asked for. */
function take(
  documents: readonly EncodedDocument[],
  batchSize: number,
): { bytes: readonly Uint8Array[]; rest: readonly EncodedDocument[] } {
  const taken: Uint8Array[] = [];
  let size = 0;
  for (const { bytes } of documents) {
    if (taken.length >= batchSize || (taken.length > 0 && size + bytes.length > BATCH_BYTES)) break;
    size += bytes.length;
    taken.push(bytes);
  }
  return { bytes: taken, rest: documents.slice(taken.length) };
}
