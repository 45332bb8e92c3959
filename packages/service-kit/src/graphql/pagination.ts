import { badUserInput } from './errors';
import type { Seal } from '../identity/seal';
import { isLeftOut } from './text-input';

export const MAX_PAGE = 100;
export const DEFAULT_PAGE = 20;
/** Of the content of a cursor. */
const CURSOR_VERSION = 1;

/** The arguments of a Relay connection: `first` pages forward, `last` backward, each between the two cursors. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/** An end of a slice: a position of the list (a keyset, never an offset), and whether its own row belongs to the slice. */
export interface Bound<Position> {
  readonly position: Position;
  readonly inclusive: boolean;
}

/** A slice of a list as a query reads it: at most `limit` rows, from its start, or from its end when `backward`. */
export interface Slice<Position> {
  readonly after: Bound<Position> | undefined;
  readonly before: Bound<Position> | undefined;
  readonly limit: number;
  readonly backward: boolean;
}

/** Returns the rows in the order in which they are read: a backward slice has the last row of the list first. */
export type ReadSlice<Position, Row> = (slice: Slice<Position>) => Promise<readonly Row[]>;

export interface Connection<Node> {
  readonly edges: { readonly node: Node; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasPreviousPage: boolean;
    readonly hasNextPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export interface Pager<Position> {
  /**
   * The page that is asked for, to the Relay Cursor Connections Specification. `whose` names the owner where each book or
   * member has such a list. Throws BAD_USER_INPUT for a size outside 1–100, for `first` together with `last`, and for a
   * cursor of another list.
   */
  connection<Row>(
    args: PageArguments,
    read: ReadSlice<Position, Row>,
    positionOf: (row: Row) => Position,
    whose?: string,
  ): Promise<Connection<Row>>;
}

/** Relay connections over keyset cursors. `name` names the list, so that a cursor of another list is refused. */
export function createPager<Position>(seal: Seal, name: string): Pager<Position> {
  return {
    async connection(args, read, positionOf, whose) {
      const list = whose === undefined ? name : `${name} of ${whose}`;
      const { count, backward } = sizeOf(args);
      const after = boundOf<Position>(seal, list, 'after', args.after);
      const before = boundOf<Position>(seal, list, 'before', args.before);

      const isAny = async (slice: Pick<Slice<Position>, 'after' | 'before' | 'backward'>): Promise<boolean> =>
        (await read({ ...slice, limit: 1 })).length > 0;
      // One row more than requested shows whether there is a next page. The rows beyond a cursor begin with its own row.
      const [rows, isPreceded, isFollowed] = await Promise.all([
        read({ after, before, limit: count + 1, backward }),
        after ? isAny({ after: undefined, before: { ...after, inclusive: true }, backward: true }) : false,
        before ? isAny({ after: { ...before, inclusive: true }, before: undefined, backward: false }) : false,
      ]);
      const isCut = rows.length > count;
      const shown = backward ? rows.slice(0, count).reverse() : rows.slice(0, count);
      // A seal is an HMAC; only the cursors that a query selects are sealed.
      const edges = shown.map((node) => ({
        node,
        get cursor() {
          return seal.seal({ v: CURSOR_VERSION, list, at: positionOf(node) });
        },
      }));
      return {
        edges,
        pageInfo: {
          hasPreviousPage: isPreceded || (backward && isCut),
          hasNextPage: isFollowed || (!backward && isCut),
          get startCursor() {
            return edges.at(0)?.cursor ?? null;
          },
          get endCursor() {
            return edges.at(-1)?.cursor ?? null;
          },
        },
      };
    },
  };
}

/** The specification discourages `first` together with `last`, whose meaning no client agrees on; it is refused here. */
function sizeOf({ first, last }: PageArguments): { readonly count: number; readonly backward: boolean } {
  const forward = requireSize('first', first);
  const backward = requireSize('last', last);
  if (forward !== undefined && backward !== undefined) throw badUserInput('PAGE_TWO_SIZES', {});
  return { count: forward ?? backward ?? DEFAULT_PAGE, backward: backward !== undefined };
}

function requireSize(name: string, size: number | null | undefined): number | undefined {
  if (size === undefined || size === null) return undefined;
  if (size < 1 || size > MAX_PAGE) throw badUserInput('PAGE_SIZE', { field: name, size, most: MAX_PAGE });
  return size;
}

function boundOf<Position>(
  seal: Seal,
  list: string,
  name: string,
  cursor: string | null | undefined,
): Bound<Position> | undefined {
  if (isLeftOut(cursor)) return undefined;
  const opened = seal.open(cursor);
  if (!isCursor<Position>(opened) || opened.list !== list) throw badUserInput('CURSOR_UNKNOWN', { field: name });
  return { position: opened.at, inclusive: false };
}

/**
 * A cursor that we signed for this list contains a position of this list. One without a version is of version 1; a release that reads
 * a version after it accepts that before, and writes it, until every replica reads the new one.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a type guard needs to name what it found
function isCursor<Position>(value: unknown): value is { list: string; at: Position } {
  if (typeof value !== 'object' || value === null || !('list' in value && 'at' in value)) return false;
  return !('v' in value) || value.v === CURSOR_VERSION;
}

/**
 * The condition that a slice sets on the key that orders its list, in MongoDB's operators; undefined when it has no bound.
 * `order` is 1 where the list is in ascending order of the key, -1 where it is in descending order.
 */
export function keyRange<Key>(
  { after, before }: Pick<Slice<Key>, 'after' | 'before'>,
  order: 1 | -1,
): Readonly<Record<string, Key>> | undefined {
  const [least, most] = order === 1 ? [after, before] : [before, after];
  if (!least && !most) return undefined;
  return {
    ...(least && { [least.inclusive ? '$gte' : '$gt']: least.position }),
    ...(most && { [most.inclusive ? '$lte' : '$lt']: most.position }),
  };
}
