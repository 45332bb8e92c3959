import { badUserInput } from './errors';
import type { Seal } from './seal';

export const MAX_PAGE = 100;

/** What a client asks of a list. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** A page as a query needs it: how many, and after which position (a keyset, never an offset). */
export interface Page<Position> {
  readonly first: number;
  readonly after: Position | undefined;
}

/** A page with the list that its cursors are of. */
export interface AskedPage<Position> extends Page<Position> {
  readonly list: string;
}

export interface Connection<Node> {
  readonly edges: { readonly node: Node; readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Relay connections over keyset cursors. `name` names the list, so that a cursor of another list is refused. */
export function createPager<Position>(seal: Seal, name: string) {
  return {
    /**
     * The page that is asked for of the list of `whose`, where there is one of each book or member. Throws BAD_USER_INPUT for
     * a `first` outside 1–100 and for a cursor that this list did not give.
     */
    page(args: PageArguments, whose?: string): AskedPage<Position> {
      const list = whose === undefined ? name : `${name} of ${whose}`;
      const first = args.first ?? 20;
      if (first < 1 || first > MAX_PAGE)
        throw badUserInput(`"first" is ${String(first)}; ask for 1 to ${String(MAX_PAGE)}.`);
      if (args.after === undefined || args.after === null) return { list, first, after: undefined };
      const opened = seal.open(args.after);
      if (!isCursor<Position>(opened) || opened.list !== list)
        throw badUserInput('"after" is not a cursor of this list; use an endCursor that it returned.');
      return { list, first, after: opened.at };
    },

    /** `rows` are up to first + 1 rows: the last one only tells that there is more. */
    connection<Row>(
      page: AskedPage<Position>,
      rows: readonly Row[],
      positionOf: (row: Row) => Position,
    ): Connection<Row> {
      const edges = rows
        .slice(0, page.first)
        .map((node) => ({ node, cursor: seal.seal({ list: page.list, at: positionOf(node) }) }));
      return {
        edges,
        pageInfo: { hasNextPage: rows.length > page.first, endCursor: edges.at(-1)?.cursor ?? null },
      };
    },
  };
}

/** What we sealed ourselves for this list holds a position of this list. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a type guard needs to name what it found
function isCursor<Position>(value: unknown): value is { list: string; at: Position } {
  return typeof value === 'object' && value !== null && 'list' in value && 'at' in value;
}
