import type { StoredDocument } from './stored-document';

/** One place of a document in an index. */
export interface Entry {
  readonly key: string;
  readonly document: StoredDocument;
}

const CHUNK = 512;

const before = (a: Entry, key: string, number: number): boolean =>
  a.key < key || (a.key === key && a.document.number < number);

/** Entries in the order of key and document number, in chunks, so that a change moves at most a chunk. */
export class OrderedList {
  readonly #chunks: Entry[][] = [[]];

  add(entry: Entry): void {
    const { chunk, at } = this.#locate(entry.key, entry.document.number);
    const entries = this.#chunks[chunk];
    if (!entries) return;
    entries.splice(at, 0, entry);
    if (entries.length > CHUNK) this.#chunks.splice(chunk + 1, 0, entries.splice(CHUNK / 2));
  }

  remove(key: string, number: number): void {
    const { chunk, at } = this.#locate(key, number);
    const entries = this.#chunks[chunk];
    const found = entries?.[at];
    if (!entries || found?.key !== key || found.document.number !== number) return;
    entries.splice(at, 1);
    if (entries.length === 0 && this.#chunks.length > 1) this.#chunks.splice(chunk, 1);
  }

  /** Entries whose key is within [low, high], from the end when `reverse`. The list must not change meanwhile. */
  *range(low: string, high: string, reverse = false): Generator<Entry> {
    yield* reverse ? this.#downwards(low, high) : this.#upwards(low, high);
  }

  first(low: string, high: string): Entry | undefined {
    const { chunk, at } = this.#locate(low, -1);
    const entry = this.#chunks[chunk]?.[at] ?? this.#chunks[chunk + 1]?.[0];
    return entry && entry.key <= high ? entry : undefined;
  }

  *#upwards(low: string, high: string): Generator<Entry> {
    const start = this.#locate(low, -1);
    let at = start.at;
    for (let chunk = start.chunk; chunk < this.#chunks.length; chunk += 1) {
      const entries = this.#chunks[chunk] ?? [];
      for (; at < entries.length; at += 1) {
        const entry = entries[at];
        if (!entry || entry.key > high) return;
        yield entry;
      }
      at = 0;
    }
  }

  *#downwards(low: string, high: string): Generator<Entry> {
    const start = this.#locate(high, Infinity);
    let at = start.at - 1;
    for (let chunk = start.chunk; chunk >= 0; chunk -= 1) {
      const entries = this.#chunks[chunk] ?? [];
      if (chunk !== start.chunk) at = entries.length - 1;
      for (; at >= 0; at -= 1) {
        const entry = entries[at];
        if (!entry || entry.key < low) return;
        yield entry;
      }
    }
  }

  /** Where the first entry stands, or would stand, that is not before (key, number). */
  #locate(key: string, number: number): { chunk: number; at: number } {
    const chunk = Math.min(
      firstIndex(this.#chunks.length, (index) => {
        const last = this.#chunks[index]?.at(-1);
        return last !== undefined && before(last, key, number);
      }),
      this.#chunks.length - 1,
    );
    const entries = this.#chunks[chunk] ?? [];
    const at = firstIndex(entries.length, (index) => {
      const entry = entries[index];
      return entry !== undefined && before(entry, key, number);
    });
    return { chunk, at };
  }
}

/** The first index in [0, length] for which `isBefore` no longer holds. */
function firstIndex(length: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
