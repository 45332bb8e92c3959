import { AFTER_ALL, complement } from '../bson/order';
import type { BsonDocument } from '../bson/values';
import type { Index } from '../store/index';
import type { Entry } from '../store/ordered-list';
import type { StoredDocument } from '../store/stored-document';
import { boundsOf, type Bounds } from './bounds';
import type { SortField } from './sort';

/** Where the candidates of a query come from, and whether they already come in the order asked for. */
export interface Plan {
  readonly candidates: Iterable<StoredDocument>;
  readonly isSorted: boolean;
}

interface Scan {
  readonly index: Index;
  readonly equalities: readonly (readonly string[])[];
  readonly range: Bounds | undefined;
  readonly order: 'forward' | 'backward' | undefined;
  readonly score: number;
}

const MOST_PREFIXES = 10_000;
/** Up to so many parts of an index are read side by side in their common order; sorting what is found is cheaper beyond. */
const MOST_MERGED = 64;

/**
 * Chooses the index that fixes the most fields; among those, one that also bounds the next field or gives the order.
 * Every candidate still has to pass the filter. Undefined: no index helps.
 */
export function planScan(
  indexes: Iterable<Index>,
  conditions: BsonDocument,
  sort: readonly SortField[],
): Plan | undefined {
  let best: Scan | undefined;
  for (const index of indexes) {
    const scan = considerIndex(index, conditions, sort);
    if (scan && scan.score > (best?.score ?? 0)) best = scan;
  }
  return best && { candidates: read(best), isSorted: best.order !== undefined };
}

function considerIndex(index: Index, conditions: BsonDocument, sort: readonly SortField[]): Scan | undefined {
  const { fields, sparse } = index.spec;
  const bounds = fields.map(({ path }) => boundsOf(conditions, path, !index.isMultikeyAt(path)));
  if (sparse && !bounds.some((bound) => bound && !bound.matchesMissing)) return undefined;

  const equalities: (readonly string[])[] = [];
  let prefixes = 1;
  for (const bound of bounds) {
    if (!bound?.points || prefixes * bound.points.length > MOST_PREFIXES) break;
    prefixes *= bound.points.length;
    equalities.push(bound.points);
  }
  const range = bounds[equalities.length];
  // Of a document with an array, one key at most has a certain value: with the value fixed, the rest of the key is in order.
  const isOrdered = fields.every(({ path }, at) => !index.isMultikeyAt(path) || equalities[at]?.length === 1);
  const order = !isOrdered || prefixes > MOST_MERGED ? undefined : orderOf(index, equalities, sort);
  return { index, equalities, range, order, score: equalities.length * 4 + (range ? 2 : 0) + (order ? 1 : 0) };
}

/** Fields that are fixed to one value do not count in the sort; those fixed to several come from a merge. */
function orderOf(index: Index, equalities: Scan['equalities'], sort: readonly SortField[]): Scan['order'] {
  if (sort.length === 0) return undefined;
  const { fields } = index.spec;
  const fixedPaths = new Set(fields.filter((_, at) => equalities[at]?.length === 1).map(({ path }) => path));
  const wanted = sort.filter(({ path }) => !fixedPaths.has(path));
  const given = fields.slice(equalities.length);
  const agrees = (sign: 1 | -1): boolean =>
    wanted.every(({ path, direction }, place) => {
      const field = given[place];
      return field?.path === path && field.direction * sign === direction;
    });
  return agrees(1) ? 'forward' : agrees(-1) ? 'backward' : undefined;
}

function* read(scan: Scan): Generator<StoredDocument> {
  const { index, equalities, range, order } = scan;
  const seen = index.isMultikey ? new Set<StoredDocument>() : undefined;
  const [low, high] = limits(range, index.spec.fields[equalities.length]?.direction ?? 1);
  const runs = prefixesOf(scan).map((prefix) => ({
    prefix,
    entries: index.entries.range(prefix + low, endOf(prefix + high), order === 'backward'),
  }));
  for (const { document } of order && runs.length > 1 ? merged(runs, order) : inTurn(runs)) {
    if (seen?.has(document)) continue;
    seen?.add(document);
    yield document;
  }
}

/** The end of a range that holds all keys that begin with these characters: a descending key may go on with any number of AFTER_ALL. */
function endOf(beginning: string): string {
  const last = beginning.length - 1;
  return last < 0 || beginning.charAt(last) === AFTER_ALL
    ? beginning + AFTER_ALL
    : beginning.slice(0, last) + String.fromCharCode(beginning.charCodeAt(last) + 1);
}

interface Run {
  readonly prefix: string;
  readonly entries: Iterator<Entry>;
}

function* inTurn(runs: readonly Run[]): Generator<Entry> {
  for (const { entries } of runs) for (let next = entries.next(); !next.done; next = entries.next()) yield next.value;
}

/** Parts of an index that differ in their prefix, as one part in the order of what follows the prefix. */
function* merged(runs: readonly Run[], order: 'forward' | 'backward'): Generator<Entry> {
  const headOf = ({ prefix, entries }: Run) => {
    const next = entries.next();
    return next.done ? [] : [{ prefix, entries, entry: next.value, rest: next.value.key.slice(prefix.length) }];
  };
  let heads = runs.flatMap(headOf);
  while (heads.length > 0) {
    const first = heads.reduce((one, other) => ((order === 'forward') === one.rest <= other.rest ? one : other));
    yield first.entry;
    heads = heads.flatMap((head) => (head === first ? headOf(head) : [head]));
  }
}

function prefixesOf({ index, equalities }: Scan): readonly string[] {
  let prefixes = [''];
  equalities.forEach((keys, field) => {
    const descending = index.spec.fields[field]?.direction === -1;
    const parts = descending ? keys.map(complement) : keys;
    prefixes = prefixes.flatMap((prefix) => parts.map((part) => prefix + part));
  });
  return prefixes;
}

/** The ends of a range in the index's direction. */
function limits(range: Bounds | undefined, direction: 1 | -1): readonly [string, string] {
  if (!range) return ['', ''];
  return direction === 1 ? [range.low, range.high] : [complement(range.high), complement(range.low)];
}
