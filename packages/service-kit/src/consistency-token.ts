import { badUserInput } from './errors';
import type { Seal } from './seal';

/** The header in which a client hands back the consistencyToken of a mutation. */
export const CONSISTENCY_HEADER = 'x-consistency-token';

/** A place in a stream: whoever has applied `sequence` of (source, key) has seen the change. */
export interface StreamPosition {
  readonly source: string;
  readonly key: string;
  readonly sequence: number;
}

export function createConsistencyTokens(seal: Seal) {
  return {
    token: (positions: readonly StreamPosition[]): string =>
      seal.seal(positions.map(({ source, key, sequence }) => [source, key, sequence])),

    /** Throws BAD_USER_INPUT for a token that no mutation returned. */
    parse(token: string | undefined): readonly StreamPosition[] {
      if (!token) return [];
      const opened = seal.open(token);
      if (!Array.isArray(opened))
        throw badUserInput(`"${CONSISTENCY_HEADER}" is not a token that a mutation returned; send one, or none.`);
      return opened.map(toPosition);
    },
  };
}

export type ConsistencyTokens = ReturnType<typeof createConsistencyTokens>;

function toPosition(entry: unknown): StreamPosition {
  const [source, key, sequence] = Array.isArray(entry) ? (entry as unknown[]) : [];
  if (typeof source !== 'string' || typeof key !== 'string' || typeof sequence !== 'number')
    throw badUserInput(`"${CONSISTENCY_HEADER}" is not a token that a mutation returned; send one, or none.`);
  return { source, key, sequence };
}
