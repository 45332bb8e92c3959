import { Context, evalExpr } from 'mingo/core';
import * as mingoExpressions from 'mingo/operators/expression';
import type { Options } from 'mingo/types';
import { compareValues, equalValues } from '../../bson/order-key';
import { isDocument, shown, type BsonDocument } from '../../bson/values';
import { CommandError, unsupported } from '../../errors';
import { splitPath } from '../paths';
import { plainNumbers } from './numbers';

type Expression = (document: unknown, operand: unknown, options: Options) => unknown;

/** Two operands, evaluated. */
function pair(name: string, document: unknown, operand: unknown, options: Options): readonly [unknown, unknown] {
  if (!Array.isArray(operand) || operand.length !== 2)
    throw new CommandError(2, `Expression ${name} takes exactly 2 arguments.`);
  return [evalExpr(document, operand[0], options), evalExpr(document, operand[1], options)];
}

const comparing =
  (name: string, result: (order: number) => unknown): Expression =>
  (document, operand, options) => {
    const [left, right] = pair(name, document, operand, options);
    return result(compareExpressions(left, right));
  };

/** In expressions a missing field is less than null. */
const compareExpressions = (left: unknown, right: unknown): number =>
  left === undefined || right === undefined
    ? Number(left !== undefined) - Number(right !== undefined)
    : compareValues(left, right);

const COMPARISONS: Readonly<Record<string, Expression>> = {
  $eq: comparing('$eq', (order) => order === 0),
  $ne: comparing('$ne', (order) => order !== 0),
  $gt: comparing('$gt', (order) => order > 0),
  $gte: comparing('$gte', (order) => order >= 0),
  $lt: comparing('$lt', (order) => order < 0),
  $lte: comparing('$lte', (order) => order <= 0),
  $cmp: comparing('$cmp', Math.sign),
  $in: (document, operand, options) => {
    const [wanted, elements] = pair('$in', document, operand, options);
    if (!Array.isArray(elements)) throw new CommandError(2, '$in requires an array as a second argument');
    return elements.some((element) => equalValues(element, wanted));
  },
};

/** mingo's operators that take BSON values as they are. */
const AS_THEY_ARE = [
  '$and',
  '$or',
  '$not',
  '$cond',
  '$ifNull',
  '$switch',
  '$literal',
  '$let',
  '$map',
  '$filter',
  '$reduce',
  '$size',
  '$slice',
  '$arrayElemAt',
  '$concatArrays',
  '$reverseArray',
  '$isArray',
  '$first',
  '$last',
  '$mergeObjects',
  '$objectToArray',
  '$arrayToObject',
  '$concat',
  '$toLower',
  '$toUpper',
  '$strLenCP',
  '$substrCP',
  '$split',
  '$dateToString',
  '$year',
  '$month',
  '$dayOfMonth',
  '$hour',
  '$minute',
  '$second',
] as const;
/** mingo's operators whose arguments are numbers (or dates) and have to be JavaScript's. */
const ON_NUMBERS = [
  '$abs',
  '$add',
  '$ceil',
  '$divide',
  '$floor',
  '$mod',
  '$multiply',
  '$pow',
  '$round',
  '$sqrt',
  '$subtract',
  '$trunc',
] as const;

const onNumbers =
  (name: (typeof ON_NUMBERS)[number]): Expression =>
  (document, operand, options) => {
    const operands = plainNumbers(evalExpr(document, operand, options));
    const operator = mingoExpressions[name] as Expression;
    return operator(document, literal(operands), options);
  };

/** What was evaluated must not be evaluated again: a text may begin with a dollar. */
const literal = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((part: unknown) => ({ $literal: part })) : { $literal: value };

const EXPRESSIONS: Readonly<Record<string, Expression>> = {
  ...Object.fromEntries(AS_THEY_ARE.map((name): [string, Expression] => [name, mingoExpressions[name] as Expression])),
  ...Object.fromEntries(ON_NUMBERS.map((name) => [name, onNumbers(name)])),
  ...COMPARISONS,
};

const context = Context.init({ expression: EXPRESSIONS });

/** Evaluates expressions at one moment, which is `$$NOW`. Every expression has to be checked first. */
export class Evaluator {
  readonly #options;

  constructor(now: Date) {
    this.#options = { context, variables: { [NOW]: now } };
  }

  evaluate(expression: unknown, document: BsonDocument): unknown {
    return evalExpr(document, withNow(expression), this.#options as never);
  }
}

const NOW = 'rentalbookNow';

/** mingo reads its own clock for `$$NOW`; the command's moment is a variable instead. */
function withNow(expression: unknown): unknown {
  if (expression === '$$NOW') return `$$${NOW}`;
  if (Array.isArray(expression)) return expression.map(withNow);
  if (!isDocument(expression) || '$literal' in expression) return expression;
  return Object.fromEntries(Object.entries(expression).map(([name, value]) => [name, withNow(value)]));
}

const SYSTEM_VARIABLES = ['ROOT', 'CURRENT', 'REMOVE', 'NOW'];

/** Refuses an expression with an operator or a variable that is not known, whatever the documents are. */
export function checkExpression(expression: unknown, variables: readonly string[] = SYSTEM_VARIABLES): void {
  if (typeof expression === 'string') checkPath(expression, variables);
  if (Array.isArray(expression)) {
    for (const part of expression) checkExpression(part, variables);
    return;
  }
  if (!isDocument(expression)) return;
  const names = Object.keys(expression);
  const [name = ''] = names;
  if (!name.startsWith('$')) {
    for (const value of Object.values(expression)) checkExpression(value, variables);
    return;
  }
  if (names.length > 1) throw new CommandError(2, 'an object representing an expression must have exactly one field');
  checkOperator(name, expression[name], variables);
}

function checkPath(text: string, variables: readonly string[]): void {
  if (!text.startsWith('$$')) return;
  const variable = splitPath(text.slice(2))[0] ?? '';
  if (!variables.includes(variable)) throw new CommandError(2, `Use of undefined variable: ${variable}`);
}

function checkOperator(name: string, operand: unknown, variables: readonly string[]): void {
  if (!Object.hasOwn(EXPRESSIONS, name)) {
    if (name in mingoExpressions) throw unsupported(`The expression ${name}`, 168);
    throw new CommandError(168, `Unrecognized expression '${name}'`);
  }
  if (name === '$literal') return;
  if (isDocument(operand)) {
    for (const [argument, value] of Object.entries(operand)) {
      if (argument === 'as') continue;
      checkExpression(value, [...variables, ...variablesOf(name, operand)]);
    }
    if (Object.keys(operand)[0]?.startsWith('$')) checkExpression(operand, variables);
    return;
  }
  checkExpression(operand, variables);
}

function variablesOf(name: string, operand: BsonDocument): readonly string[] {
  const { as, vars } = operand;
  if (name === '$let') return isDocument(vars) ? Object.keys(vars) : [];
  if (name === '$reduce') return ['value', 'this'];
  if (name !== '$map' && name !== '$filter') return [];
  if (as !== undefined && typeof as !== 'string') throw new CommandError(9, `'as' must be a name, got ${shown(as)}`);
  return [as ?? 'this'];
}
