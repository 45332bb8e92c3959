import type { BsonDocument } from '../../bson/values';
import { isDocument, shown } from '../../bson/values';
import { wholeNumber } from '../../bson/numbers';
import { CommandError } from '../../errors';
import type { Selection } from '../../store/collection';
import { parseSort } from '../sort';
import { Evaluator } from './expressions';
import { STAGES, type Stage } from './stages';

/** What a pipeline is run with. */
export interface PipelineContext {
  readonly now: Date;
  /** The selected documents of another collection of the same database. */
  readonly select: (collection: string, selection: Selection) => readonly BsonDocument[];
}

/** A checked pipeline: what the collection can select by itself, and what remains to be done. */
export interface Pipeline {
  readonly selection: Selection;
  run(documents: readonly BsonDocument[]): readonly BsonDocument[];
}

/** Checks every stage, whatever the documents are; the leading `$match`, `$sort`, `$skip` and `$limit` use the indexes. */
export function compilePipeline(raw: readonly unknown[], context: PipelineContext): Pipeline {
  const evaluator = new Evaluator(context.now);
  const stages = raw.map((stage) => parseStage(stage, evaluator, context));
  const selection = leadingSelection(stages.map(({ name, spec }) => [name, spec]));
  const rest = stages.slice(selection.stages).map(({ run }) => run);
  return {
    selection: selection.selection,
    run: (documents) => rest.reduce((flowing, stage) => stage(flowing), documents),
  };
}

interface ParsedStage {
  readonly name: string;
  readonly spec: unknown;
  readonly run: Stage;
}

function parseStage(stage: unknown, evaluator: Evaluator, context: PipelineContext): ParsedStage {
  const entries = isDocument(stage) ? Object.entries(stage) : [];
  const [entry] = entries;
  if (!entry || entries.length !== 1)
    throw new CommandError(40324, 'A pipeline stage specification object must contain exactly one field.');
  const [name, spec] = entry;
  if (name === '$unionWith') return { name, spec, run: unionWith(spec, context) };
  const parse = STAGES.get(name);
  if (!parse)
    throw new CommandError(
      40324,
      `Unrecognized pipeline stage name: '${name}' (unknown or not supported by the embedded MongoDB)`,
    );
  return { name, spec, run: parse(spec, evaluator) };
}

/** The documents so far, and after them those of another collection's pipeline. */
function unionWith(spec: unknown, context: PipelineContext): Stage {
  const { coll, pipeline = [], ...rest } = isDocument(spec) ? spec : { coll: spec };
  const [strange] = Object.keys(rest);
  if (strange !== undefined)
    throw new CommandError(
      40415,
      `BSON field '$unionWith.${strange}' is unknown or not supported by the embedded MongoDB.`,
    );
  if (typeof coll !== 'string' || !Array.isArray(pipeline))
    throw new CommandError(
      9,
      `the $unionWith stage needs the name of a collection, and an array as pipeline, got ${shown(spec)}`,
    );
  const { selection, run } = compilePipeline(pipeline, context);
  return (documents) => [...documents, ...run(context.select(coll, selection))];
}

/** Each of these stages at most once, in this order. */
const SELECTING = ['$match', '$sort', '$skip', '$limit'];

function leadingSelection(stages: readonly (readonly [string, unknown])[]): { selection: Selection; stages: number } {
  const taken = new Map<string, unknown>();
  let last = -1;
  for (const [name, spec] of stages) {
    const place = SELECTING.indexOf(name);
    if (place <= last) break;
    last = place;
    taken.set(name, spec);
  }
  const filter = taken.get('$match');
  const skip = taken.get('$skip');
  const limit = taken.get('$limit');
  return {
    stages: taken.size,
    selection: {
      filter: isDocument(filter) ? filter : {},
      sort: parseSort(taken.get('$sort')),
      ...(skip !== undefined && { skip: wholeNumber(skip, '$skip') }),
      ...(limit !== undefined && { limit: wholeNumber(limit, '$limit') }),
    },
  };
}
