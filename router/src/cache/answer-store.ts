import { BoundedMap } from '@rentalbook/service-kit';
import type { FormattedExecutionResult } from 'graphql';
import type { StoredPart } from './part';

/** A whole answer: true as long as each of its parts is. */
interface StoredAnswer {
  readonly data: Record<string, unknown>;
  readonly text: string;
  readonly parts: readonly StoredPart[];
}

const PART_BYTES = 16;
/** Of the heap for each character: the text itself, and the objects. */
const BYTES_PER_CHARACTER = 7;

/** The whole answers of queries, so that what consists of stored parts only is not put together again. */
export class AnswerStore {
  private readonly answers: BoundedMap<StoredAnswer>;
  private readonly texts = new WeakMap<object, string>();

  constructor(maxBytes: number) {
    this.answers = new BoundedMap<StoredAnswer>({
      maxBytes,
      bytesOf: ({ text, parts }) => BYTES_PER_CHARACTER * text.length + PART_BYTES * parts.length,
    });
  }

  get bytes(): number {
    return this.answers.bytes;
  }

  get(key: string): StoredAnswer | undefined {
    return this.answers.get(key);
  }

  set(key: string, data: Record<string, unknown>, parts: readonly StoredPart[]): void {
    const text = JSON.stringify(data);
    this.answers.set(key, { data, text, parts });
    this.texts.set(data, text);
  }

  /** The JSON of an answer, of which that of stored data is at hand. */
  stringify({ data, ...rest }: FormattedExecutionResult): string {
    const text = data ? this.texts.get(data) : undefined;
    const isPlain = Object.values<unknown>(rest).every((value) => value === undefined);
    return `${text !== undefined && isPlain ? `{"data":${text}}` : JSON.stringify({ ...rest, data })}\n`;
  }
}
