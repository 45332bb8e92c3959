import { BSONRegExp, isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import { toRegExp } from './regex';

const LOGICAL = new Set(['$and', '$or', '$nor']);
const FIELD_OPERATORS = new Set([
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$exists',
  '$type',
  '$size',
  '$all',
  '$elemMatch',
  '$mod',
  '$regex',
  '$options',
  '$not',
]);
const KNOWN_ELSEWHERE = new Set([
  '$expr',
  '$where',
  '$text',
  '$jsonSchema',
  '$comment',
  '$sampleRate',
  '$near',
  '$nearSphere',
  '$geoWithin',
  '$geoIntersects',
  '$bitsAllClear',
  '$bitsAllSet',
  '$bitsAnyClear',
  '$bitsAnySet',
]);

/** Checks a filter and brings it to the one shape the matcher takes: every field has a document of operators. */
export function prepareFilter(filter: BsonDocument): BsonDocument {
  const prepared: BsonDocument = {};
  for (const [name, condition] of Object.entries(filter)) {
    if (LOGICAL.has(name)) prepared[name] = branchesOf(name, condition).map(prepareFilter);
    else if (name.startsWith('$')) throw unknownOperator(name, 'top level operator');
    else prepared[name] = prepareCondition(condition);
  }
  return prepared;
}

export function branchesOf(name: string, branches: unknown): readonly BsonDocument[] {
  if (!Array.isArray(branches) || branches.length === 0 || !branches.every(isDocument))
    throw new CommandError(2, `${name} must be a nonempty array of documents`);
  return branches;
}

function unknownOperator(name: string, what: string): CommandError {
  return KNOWN_ELSEWHERE.has(name)
    ? unsupported(`The query operator ${name}`, 2)
    : new CommandError(2, `unknown ${what}: ${name}`);
}

export const hasOperators = (condition: unknown): condition is BsonDocument =>
  isDocument(condition) && (Object.keys(condition)[0]?.startsWith('$') ?? false);

function prepareCondition(condition: unknown): BsonDocument {
  if (condition instanceof BSONRegExp) return { $regex: toRegExp(condition) };
  if (!hasOperators(condition)) return { $eq: condition };
  const prepared: BsonDocument = {};
  for (const [operator, operand] of Object.entries(condition)) {
    if (!FIELD_OPERATORS.has(operator)) throw unknownOperator(operator, 'operator');
    if (operator !== '$options') prepared[operator] = prepareOperand(operator, operand, condition);
  }
  if ('$options' in condition && !('$regex' in condition)) throw new CommandError(2, '$options needs a $regex');
  return prepared;
}

function prepareOperand(operator: string, operand: unknown, condition: BsonDocument): unknown {
  switch (operator) {
    case '$regex':
      return toRegExp(operand, condition['$options']);
    case '$in':
    case '$nin':
    case '$all':
      if (!Array.isArray(operand)) throw new CommandError(2, `${operator} needs an array`);
      return operand;
    case '$not':
      return prepareNot(operand);
    case '$elemMatch':
      if (!isDocument(operand)) throw new CommandError(2, '$elemMatch needs a document');
      return operand;
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
    case '$ne':
      if (operand instanceof BSONRegExp) throw new CommandError(2, `Can't have a regular expression as ${operator}`);
      return operand;
    default:
      return operand;
  }
}

function prepareNot(operand: unknown): BsonDocument {
  if (!(operand instanceof BSONRegExp) && !hasOperators(operand))
    throw new CommandError(2, `$not needs a regex or a document of operators, got ${shown(operand)}`);
  return prepareCondition(operand);
}
