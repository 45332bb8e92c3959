import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** A key and the bookkeeping of one entry, in bytes. */
const ENTRY_BYTES = 300;
/** Measured with graphql 16: the worst document has one field for each token, and each takes 510 bytes. */
const TOKEN_BYTES = 512;
const DOCUMENT_BYTES = 1_024;

export interface BoundedCacheOptions<Value> {
  readonly maxBytes: number;
  /** Bytes of heap that the value retains; an upper bound. */
  readonly bytesOf: (value: Value) => number;
  /** Called with a value that was stored and is not any more. */
  readonly onRemoved?: (value: Value) => void;
}

/**
 * A map that is bounded by the bytes of heap its entries hold. The least recently used entries are evicted first; an entry
 * beyond the bound is not stored.
 */
export class BoundedMap<Value extends object | string> {
  private readonly entries: LRUCache<string, Value>;

  constructor({ maxBytes, bytesOf, onRemoved }: BoundedCacheOptions<Value>) {
    this.entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (value) => ENTRY_BYTES + bytesOf(value),
      ...(onRemoved && { dispose: onRemoved }),
    });
  }

  /** Bytes of all entries. */
  get bytes(): number {
    return this.entries.calculatedSize;
  }

  get(key: string): Value | undefined {
    return this.entries.get(key);
  }

  /** Whether the value was stored. */
  set(key: string, value: Value): boolean {
    this.entries.set(key, value);
    return this.entries.peek(key) === value;
  }

  delete(key: string): boolean {
    return this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }
}

/** The same as a key-value cache for Apollo Server. */
export class BoundedCache<Value extends object | string> {
  private readonly entries: BoundedMap<Value>;

  constructor(options: BoundedCacheOptions<Value>) {
    this.entries = new BoundedMap(options);
  }

  /** Bytes of all entries. */
  get bytes(): number {
    return this.entries.bytes;
  }

  get(key: string): Promise<Value | undefined> {
    return Promise.resolve(this.entries.get(key));
  }

  set(key: string, value: Value): Promise<void> {
    this.entries.set(key, value);
    return Promise.resolve();
  }

  delete(key: string): Promise<boolean> {
    return Promise.resolve(this.entries.delete(key));
  }

  clear(): void {
    this.entries.clear();
  }
}

/** V8 stores a text with one or two bytes a character; this is the larger. */
export const bytesOfText = (text: string): number => text.length * 2;

/**
 * The heap of a parsed document: its tokens and nodes, and the source text, which every location refers to. Comments are
 * tokens of the list, although the parser does not count them.
 */
export function bytesOfDocument({ loc }: DocumentNode): number {
  let tokens = 0;
  for (let token = loc?.startToken ?? null; token; token = token.next) tokens += 1;
  return DOCUMENT_BYTES + tokens * TOKEN_BYTES + (loc ? bytesOfText(loc.source.body) : 0);
}

/** A document store for Apollo Server, whose own one measures the parsed form as JSON and ignores the source text. */
export const createDocumentStore = (maxBytes: number): BoundedCache<DocumentNode> =>
  new BoundedCache({ maxBytes, bytesOf: bytesOfDocument });
