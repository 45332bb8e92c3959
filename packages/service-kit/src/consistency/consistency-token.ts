import { ROUTER } from '../identity/identity';
import { unverifiedContent, type SignedTexts } from '../identity/signed-text';

/** The header in which a client sends back the consistencyToken of a mutation. */
export const CONSISTENCY_HEADER = 'x-consistency-token';
/** The purpose in the signature of consistency tokens, which separates them from other signed texts. */
export const CONSISTENCY_PURPOSE = 'consistency';
/** Characters of the header that are read and forwarded: dozens of tokens. A token that is cut is not one, and is ignored as such. */
export const CONSISTENCY_HEADER_LIMIT = 4_096;

/**
 * What the router reads and forwards of a client's header, in characters that a header may have. Its cache trusts what a subgraph
 * says of the tokens that it got, so both have to see the same text.
 */
export const readableTokens = (header: string): string =>
  header.slice(0, CONSISTENCY_HEADER_LIMIT).replace(/[^\x20-\x7e]/g, '?');

/** A place in a stream: a reader that has applied `sequence` of (source, key) has applied the change. */
export interface StreamPosition {
  readonly source: string;
  readonly key: string;
  readonly sequence: number;
}

/** The parsed content of a consistency header. */
export interface AskedPositions {
  readonly positions: readonly StreamPosition[];
  /** Tokens in the header that no mutation of this installation returned: forged, cut, or signed with an old key. */
  readonly ignored: number;
}

/** A token is signed by the service whose mutation returned it, so that another one can neither create nor change it. */
export function createConsistencyTokens(texts: SignedTexts) {
  const positionsIn = (token: string): readonly StreamPosition[] | undefined => {
    const opened = texts.open(token);
    // The router makes no changes.
    if (!Array.isArray(opened?.value) || opened.by === ROUTER) return undefined;
    const positions = opened.value.map(toPosition);
    return positions.every((position) => position !== undefined) ? positions : undefined;
  };
  return {
    token: (positions: readonly StreamPosition[]): string =>
      texts.sign(positions.map(({ source, key, sequence }) => [source, key, sequence])),

    /** Reads the header, which holds several tokens, divided by commas, when a client sent it more than once. */
    parse(header: string | undefined): AskedPositions {
      const read = tokensIn(header).map(positionsIn);
      const known = read.filter((positions) => positions !== undefined);
      return { positions: known.flat(), ignored: read.length - known.length };
    },
  };
}

export type ConsistencyTokens = ReturnType<typeof createConsistencyTokens>;

/**
 * The positions that a consistency header claims, by any signer: enough to decide what must not be served. Undefined where
 * some of it cannot be read.
 */
export function claimedPositions(header: string | undefined): readonly StreamPosition[] | undefined {
  const read = tokensIn(header).map((token) => {
    const content = unverifiedContent(token);
    return Array.isArray(content) ? content.map(toPosition) : [undefined];
  });
  const positions = read.flat();
  return positions.every((position) => position !== undefined) ? positions : undefined;
}

const tokensIn = (header: string | undefined): string[] =>
  (header ?? '')
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '');

function toPosition(entry: unknown): StreamPosition | undefined {
  const [source, key, sequence] = Array.isArray(entry) ? (entry as unknown[]) : [];
  if (typeof source !== 'string' || typeof key !== 'string' || typeof sequence !== 'number') return undefined;
  return { source, key, sequence };
}
