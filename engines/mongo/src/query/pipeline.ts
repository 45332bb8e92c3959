import { isFlag, wholeNumber } from '../bson/numbers';
import { EncodedDocument, isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import type { Selection } from '../store/collection';
import { compileFilter, type Filter } from './filter';
import { assertPlainPath } from './paths';
import { compileProjection } from './projection';
import { parseSort, type SortField } from './sort';

type Rows = readonly EncodedDocument[];
type Stage = (rows: Rows) => Rows;

/** What a pipeline is run with. */
export interface PipelineContext {
  /** `$$NOW`. */
  readonly now: Date;
  /** The selected documents of a collection of the database. */
  readonly select: (collection: string, selection: Selection) => Rows;
}

/**
 * Checks a pipeline whatever the documents are, and returns what runs it on a collection. It begins with `$match`, `$sort` and
 * `$limit`, each at most once and in this order, which use the indexes; the other stages make rows of what was found.
 */
export function compilePipeline(raw: readonly unknown[], context: PipelineContext): (collection: string) => Rows {
  const stages = raw.map(stageOf);
  const { selection, length } = leadingSelection(stages);
  const rest = stages.slice(length).map(([name, spec]) => compileStage(name, spec, context));
  return (collection) => rest.reduce((rows, stage) => stage(rows), context.select(collection, selection));
}

function stageOf(stage: unknown): readonly [string, unknown] {
  const entries = isDocument(stage) ? Object.entries(stage) : [];
  const [entry] = entries;
  if (entry && entries.length === 1) return entry;
  throw new CommandError(40324, 'A pipeline stage specification object must contain exactly one field.');
}

const EVERYTHING = compileFilter({});

function leadingSelection(stages: readonly (readonly [string, unknown])[]): { selection: Selection; length: number } {
  let length = 0;
  const take = (name: string): unknown => (stages[length]?.[0] === name ? stages[length++]?.[1] : undefined);
  const filter: Filter = filterOf(take('$match'));
  const sort: readonly SortField[] = parseSort(take('$sort'));
  const limit = take('$limit');
  return { selection: { filter, sort, ...(limit !== undefined && { limit: limitOf(limit) }) }, length };
}

function filterOf(spec: unknown): Filter {
  if (spec === undefined) return EVERYTHING;
  if (isDocument(spec)) return compileFilter(spec);
  throw new CommandError(2, 'the match filter must be an object');
}

function limitOf(spec: unknown): number {
  const limit = wholeNumber(spec, '$limit');
  if (limit <= 0) throw new CommandError(2, 'the limit must be positive');
  return limit;
}

function compileStage(name: string, spec: unknown, context: PipelineContext): Stage {
  const compile = STAGES.get(name);
  if (compile) return compile(spec, context);
  throw new CommandError(
    40324,
    `Unrecognized pipeline stage name: '${name}' (unknown, or not supported at this place by the embedded MongoDB)`,
  );
}

const projected =
  (project: (fields: BsonDocument) => BsonDocument): Stage =>
  (rows) =>
    rows.map(({ fields }) => new EncodedDocument(project(fields)));

/** Constants and `$$NOW`: what is added is the same for all rows. */
function computed(spec: BsonDocument, { now }: PipelineContext): Stage {
  const added = Object.entries(spec).map(([name, expression]): readonly [string, unknown] => {
    assertPlainPath(name);
    if (name.includes('.')) throw unsupported(`The computed field '${name}' inside another`, 2);
    if (expression === '$$NOW') return [name, now];
    const isConstant = typeof expression === 'string' ? !expression.startsWith('$') : isFlag(expression);
    if (!isConstant) throw unsupported(`The expression ${shown(expression)}`, 168);
    return [name, expression];
  });
  const fields = new EncodedDocument(Object.fromEntries(added));
  return (rows) => rows.map((row) => row.with(fields));
}

function addFields(spec: unknown, context: PipelineContext): Stage {
  if (isDocument(spec)) return computed(spec, context);
  throw new CommandError(2, 'the $addFields stage specification must be an object');
}

/** Flags show or hide fields; everything else is computed and comes after the fields that are shown. */
function project(spec: unknown, context: PipelineContext): Stage {
  if (!isDocument(spec)) throw new CommandError(2, 'the $project stage specification must be an object');
  const part = (flags: boolean): BsonDocument =>
    Object.fromEntries(Object.entries(spec).filter(([, value]) => isFlag(value) === flags));
  const projection = compileProjection(part(true));
  if (!projection) throw unsupported('A $project without a field to show or to hide', 2);
  const [show, add] = [projected(projection), computed(part(false), context)];
  return (rows) => add(show(rows));
}

function unset(spec: unknown): Stage {
  if (typeof spec !== 'string') throw unsupported(`$unset of ${shown(spec)}`, 2);
  const projection = compileProjection({ [spec]: 0 });
  return projection ? projected(projection) : (rows) => rows;
}

function count(spec: unknown): Stage {
  if (typeof spec !== 'string' || spec === '' || spec.startsWith('$') || spec.includes('.'))
    throw new CommandError(2, 'the count field must be a non-empty string without $ and dots');
  return (rows) => (rows.length === 0 ? [] : [new EncodedDocument({ [spec]: rows.length })]);
}

/** One group of all rows with their number, as the driver counts documents. */
function group(spec: unknown): Stage {
  const { _id, n, ...rest } = isDocument(spec) ? spec : {};
  const sum = isDocument(n) && Object.keys(n).length === 1 ? n['$sum'] : undefined;
  if (_id !== 1 || sum !== 1 || Object.keys(rest).length > 0)
    throw unsupported(`A $group other than the driver's {_id: 1, n: {$sum: 1}}, ${shown(spec)},`, 168);
  return (rows) => (rows.length === 0 ? [] : [new EncodedDocument({ _id, n: rows.length })]);
}

/** The documents so far, and after them those of another collection's pipeline. */
function unionWith(spec: unknown, context: PipelineContext): Stage {
  const { coll, pipeline, ...rest } = isDocument(spec) ? spec : {};
  if (typeof coll !== 'string' || !Array.isArray(pipeline) || Object.keys(rest).length > 0)
    throw unsupported(`A $unionWith other than of a collection and a pipeline, ${shown(spec)},`, 9);
  const run = compilePipeline(pipeline, context);
  return (rows) => [...rows, ...run(coll)];
}

const STAGES: ReadonlyMap<string, (spec: unknown, context: PipelineContext) => Stage> = new Map([
  ['$addFields', addFields],
  ['$project', project],
  ['$unset', unset],
  ['$count', count],
  ['$group', group],
  ['$unionWith', unionWith],
]);
