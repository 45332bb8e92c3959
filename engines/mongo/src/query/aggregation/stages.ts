import { isDocument, shown, type BsonDocument } from '../../bson/values';
import { orderKey } from '../../bson/order-key';
import { wholeNumber } from '../../bson/numbers';
import { CommandError } from '../../errors';
import { compileFilter } from '../matcher';
import { isTruthy } from '../operators';
import { splitPath } from '../paths';
import { compileProjection, included, treeOf } from '../projection';
import { parseSort, sortBy } from '../sort';
import { parseAccumulation } from './accumulators';
import { withComputed } from './computed-field';
import { checkExpression, type Evaluator } from './expressions';

type Documents = readonly BsonDocument[];
/** Documents in, documents out; the ones that come in are never changed. */
export type Stage = (documents: Documents) => Documents;
type StageParser = (spec: unknown, evaluator: Evaluator) => Stage;

function specDocument(name: string, spec: unknown): BsonDocument {
  if (!isDocument(spec)) throw new CommandError(2, `the ${name} stage specification must be an object`);
  return spec;
}

const $match: StageParser = (spec) => {
  const matches = compileFilter(specDocument('$match', spec));
  return (documents) => documents.filter(matches);
};

const $sort: StageParser = (spec) => {
  const fields = parseSort(specDocument('$sort', spec));
  if (fields.length === 0) throw new CommandError(2, '$sort stage must have at least one sort key');
  return (documents) => sortBy(documents, fields, (document) => document);
};

const $skip: StageParser = (spec) => {
  const skip = wholeNumber(spec, '$skip');
  if (skip < 0) throw new CommandError(2, `invalid argument to $skip stage: ${skip}`);
  return (documents) => documents.slice(skip);
};

const $limit: StageParser = (spec) => {
  const limit = wholeNumber(spec, '$limit');
  if (limit <= 0) throw new CommandError(2, 'the limit must be positive');
  return (documents) => documents.slice(0, limit);
};

const $count: StageParser = (spec) => {
  if (typeof spec !== 'string' || spec === '' || spec.startsWith('$') || spec.includes('.'))
    throw new CommandError(2, 'the count field must be a non-empty string without $ and dots');
  return (documents) => (documents.length === 0 ? [] : [{ [spec]: documents.length }]);
};

const $addFields: StageParser = (spec, evaluator) => {
  const fields = Object.entries(specDocument('$addFields', spec));
  for (const [path, expression] of fields) {
    treeOf([path]);
    checkExpression(expression);
  }
  return (documents) =>
    documents.map((document) =>
      fields.reduce(
        (changed, [path, expression]) => withComputed(changed, path, evaluator.evaluate(expression, document)),
        document,
      ),
    );
};

const $unset: StageParser = (spec) => {
  const paths: readonly unknown[] = Array.isArray(spec) ? spec : [spec];
  const names = paths.filter((path) => typeof path === 'string');
  if (names.length === 0 || names.length !== paths.length)
    throw new CommandError(2, '$unset specification must be a string or an array of strings');
  const project = compileProjection(Object.fromEntries(names.map((name) => [name, 0])));
  return (documents) => (project ? documents.map(project) : documents);
};

const isFlag = (value: unknown): boolean => typeof value === 'boolean' || typeof value === 'number';

/** Flags show or hide fields; everything else is computed and comes after the fields that are shown. */
const $project: StageParser = (spec, evaluator) => {
  const entries = Object.entries(specDocument('$project', spec));
  if (entries.length === 0) throw new CommandError(2, '$project specification must have at least one field');
  const computed = entries.filter(([, value]) => !isFlag(value));
  if (computed.length === 0) {
    const project = compileProjection(spec);
    return (documents) => (project ? documents.map(project) : documents);
  }
  for (const [path, expression] of computed) {
    treeOf([path]);
    checkExpression(expression);
  }
  const hidden = entries.find(([path, value]) => path !== '_id' && isFlag(value) && !isTruthy(value));
  if (hidden) throw new CommandError(2, `Cannot do exclusion on field ${hidden[0]} in inclusion projection`);
  const hidesId = entries.some(([path, value]) => path === '_id' && !isTruthy(value));
  const shownPaths = entries.filter(([path, value]) => isFlag(value) && path !== '_id').map(([path]) => path);
  const fields = treeOf([...(hidesId ? [] : ['_id']), ...shownPaths]);
  return (documents) =>
    documents.map((document) =>
      computed.reduce(
        (made, [path, expression]) => withComputed(made, path, evaluator.evaluate(expression, document)),
        included(document, fields),
      ),
    );
};

const $group: StageParser = (spec, evaluator) => {
  const { _id: idExpression, ...rest } = specDocument('$group', spec);
  if (idExpression === undefined) throw new CommandError(2, 'a group specification must include an _id');
  checkExpression(idExpression);
  const accumulations = Object.entries(rest).map(([field, accumulator]) => parseAccumulation(field, accumulator));
  for (const { expression } of accumulations) checkExpression(expression);
  return (documents) => {
    const groups = new Map<string, { _id: unknown; members: BsonDocument[] }>();
    for (const document of documents) {
      const _id = evaluator.evaluate(idExpression, document) ?? null;
      const key = orderKey(_id);
      const group = groups.get(key);
      if (group) group.members.push(document);
      else groups.set(key, { _id, members: [document] });
    }
    return [...groups.values()].map(({ _id, members }) => ({
      _id,
      ...Object.fromEntries(
        accumulations.map(({ field, expression, accumulate }) => [
          field,
          accumulate(members.map((member) => evaluator.evaluate(expression, member))),
        ]),
      ),
    }));
  };
};

const $sortByCount: StageParser = (spec, evaluator) => {
  const group = $group({ _id: spec, count: { $sum: 1 } }, evaluator);
  const sort = $sort({ count: -1 }, evaluator);
  return (documents) => sort(group(documents));
};

const replaceWith = (expression: unknown, evaluator: Evaluator): Stage => {
  checkExpression(expression);
  return (documents) =>
    documents.map((document) => {
      const root = evaluator.evaluate(expression, document);
      if (!isDocument(root))
        throw new CommandError(2, `'newRoot' expression must evaluate to an object, got ${shown(root)}`);
      return root;
    });
};

const $replaceRoot: StageParser = (spec, evaluator) => {
  const { newRoot, ...rest } = specDocument('$replaceRoot', spec);
  if (newRoot === undefined || Object.keys(rest).length > 0)
    throw new CommandError(2, '$replaceRoot takes newRoot and nothing else');
  return replaceWith(newRoot, evaluator);
};

const UNWIND_OPTIONS = new Set(['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays']);

const $unwind: StageParser = (spec) => {
  const options = isDocument(spec) ? spec : { path: spec };
  const strange = Object.keys(options).find((option) => !UNWIND_OPTIONS.has(option));
  if (strange !== undefined) throw new CommandError(2, `unrecognized option to $unwind stage: ${strange}`);
  const { path, includeArrayIndex: indexField, preserveNullAndEmptyArrays: keepsEmpty = false } = options;
  if (typeof path !== 'string' || !path.startsWith('$') || path.startsWith('$$'))
    throw new CommandError(2, `path option to $unwind stage should be a field path, got ${shown(path)}`);
  if (indexField !== undefined && (typeof indexField !== 'string' || indexField.startsWith('$')))
    throw new CommandError(2, 'includeArrayIndex must be the name of a field');
  const field = path.slice(1);
  treeOf([field]);
  const withIndex = (document: BsonDocument, index: number | null): BsonDocument =>
    indexField === undefined ? document : withComputed(document, indexField, index);
  return (documents) =>
    documents.flatMap((document) => {
      const value = fieldAt(document, field);
      if (!Array.isArray(value)) {
        const isEmpty = value === null || value === undefined;
        return isEmpty && !isTruthy(keepsEmpty) ? [] : [withIndex(document, null)];
      }
      if (value.length === 0)
        return isTruthy(keepsEmpty) ? [withIndex(withComputed(document, field, undefined), null)] : [];
      return value.map((element: unknown, index) => withIndex(withComputed(document, field, element), index));
    });
};

function fieldAt(document: BsonDocument, path: string): unknown {
  let node: unknown = document;
  for (const part of splitPath(path)) node = isDocument(node) && Object.hasOwn(node, part) ? node[part] : undefined;
  return node;
}

export const STAGES: ReadonlyMap<string, StageParser> = new Map([
  ['$match', $match],
  ['$sort', $sort],
  ['$skip', $skip],
  ['$limit', $limit],
  ['$count', $count],
  ['$addFields', $addFields],
  ['$set', $addFields],
  ['$unset', $unset],
  ['$project', $project],
  ['$group', $group],
  ['$sortByCount', $sortByCount],
  ['$unwind', $unwind],
  ['$replaceRoot', $replaceRoot],
  ['$replaceWith', replaceWith],
]);
