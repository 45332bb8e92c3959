import { isTrue } from '../bson/numbers';
import { compareKeys, isNaNKey, NULL_KEY, orderKey, sameType } from '../bson/order';
import { BSONRegExp, isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import { own, valuesAt } from './paths';

/** A checked filter: its conditions for those who look for bounds in them, and what they come to for a document. */
export interface Filter {
  readonly conditions: BsonDocument;
  matches(document: BsonDocument): boolean;
}

type Matcher = Filter['matches'];
type Test = (value: unknown) => boolean;

/** Compiles a filter. Throws for an operator that is unknown or not supported, whatever the documents are. */
export const compileFilter = (conditions: BsonDocument): Filter => ({ conditions, matches: matcherOf(conditions) });

function matcherOf(conditions: BsonDocument): Matcher {
  return allOf(
    Object.entries(conditions).map(([name, condition]) =>
      name.startsWith('$') ? logical(name, condition) : onField(name, condition),
    ),
  );
}

function allOf(matchers: readonly Matcher[]): Matcher {
  const [only] = matchers;
  if (matchers.length === 1 && only) return only;
  return (document) => {
    for (const matches of matchers) if (!matches(document)) return false;
    return true;
  };
}

function logical(name: string, branches: unknown): Matcher {
  if (name !== '$and' && name !== '$or') throw unsupported(`The query operator ${name}`, 2);
  if (!Array.isArray(branches) || branches.length === 0 || !branches.every(isDocument))
    throw new CommandError(2, `${name} must be a nonempty array of documents`);
  const matchers = branches.map(matcherOf);
  return name === '$and' ? allOf(matchers) : (document) => matchers.some((matches) => matches(document));
}

export const hasOperators = (condition: unknown): condition is BsonDocument =>
  isDocument(condition) && (Object.keys(condition)[0]?.startsWith('$') ?? false);

function onField(path: string, condition: unknown): Matcher {
  if (!hasOperators(condition)) return anyValue(path, equals(condition));
  return allOf(
    Object.entries(condition).map(([operator, operand]) => {
      const compile = OPERATORS.get(operator);
      if (!compile) throw unsupported(`The query operator ${operator}`, 2);
      return compile(path, operand);
    }),
  );
}

/** Whether a value at the path, or an element of an array there, passes. */
function anyValue(path: string, test: Test): Matcher {
  const passes = (value: unknown): boolean => test(value) || (Array.isArray(value) && value.some(test));
  return path.includes('.')
    ? (document) => valuesAt(document, path).some(passes)
    : (document) => passes(own(document, path));
}

const not =
  (matches: Matcher): Matcher =>
  (document) =>
    !matches(document);

function equals(operand: unknown): Test {
  if (operand instanceof BSONRegExp) throw unsupported(`The regular expression ${shown(operand)} as a value`, 2);
  if (typeof operand === 'string' || typeof operand === 'boolean') return (value) => value === operand;
  const key = orderKey(operand);
  return (value) => value === operand || orderKey(value) === key;
}

const compares =
  (accept: (order: number) => boolean) =>
  (path: string, operand: unknown): Matcher => {
    const key = orderKey(operand);
    const onlyEqual = isNaNKey(key) || key === NULL_KEY;
    return anyValue(path, (value) => {
      const other = orderKey(value);
      if (!sameType(key, other)) return false;
      if (onlyEqual || isNaNKey(other)) return key === other && accept(0);
      return accept(compareKeys(other, key));
    });
  };

function isOneOf(path: string, operands: unknown): Matcher {
  if (!Array.isArray(operands)) throw new CommandError(2, '$in and $nin need an array');
  if (operands.some(hasOperators)) throw new CommandError(2, 'cannot nest $ under $in');
  const keys = new Set(operands.map(orderKey));
  return anyValue(path, (value) => keys.has(orderKey(value)));
}

function exists(path: string, operand: unknown): Matcher {
  const isThere: Matcher = (document) => valuesAt(document, path).some((value) => value !== undefined);
  return isTrue(operand) ? isThere : not(isThere);
}

function isLike(path: string, pattern: unknown): Matcher {
  if (typeof pattern !== 'string') throw new CommandError(2, `$regex has to be a string, got ${shown(pattern)}`);
  const expression = regularExpression(pattern);
  return anyValue(path, (value) => typeof value === 'string' && expression.test(value));
}

function regularExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch (error) {
    throw new CommandError(2, `Regular expression is invalid: ${error instanceof Error ? error.message : pattern}`);
  }
}

function negated(path: string, condition: unknown): Matcher {
  if (hasOperators(condition)) return not(onField(path, condition));
  throw new CommandError(2, `$not needs a document of operators, got ${shown(condition)}`);
}

const OPERATORS: ReadonlyMap<string, (path: string, operand: unknown) => Matcher> = new Map([
  ['$eq', (path, operand) => anyValue(path, equals(operand))],
  ['$ne', (path, operand) => not(anyValue(path, equals(operand)))],
  ['$gt', compares((order) => order > 0)],
  ['$gte', compares((order) => order >= 0)],
  ['$lt', compares((order) => order < 0)],
  ['$lte', compares((order) => order <= 0)],
  ['$in', isOneOf],
  ['$nin', (path, operand) => not(isOneOf(path, operand))],
  ['$exists', exists],
  ['$regex', isLike],
  ['$not', negated],
]);
