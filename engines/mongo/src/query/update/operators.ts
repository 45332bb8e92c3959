import { identical } from '../../bson/identical';
import { calculate, isNumeric, wholeNumber } from '../../bson/numbers';
import { compareValues, equalValues } from '../../bson/order-key';
import { isDocument, shown, Timestamp, typeName, type BsonDocument } from '../../bson/values';
import { CommandError } from '../../errors';
import { hasOperators } from '../filter';
import { compileFilter } from '../matcher';
import { parseSort, sortBy } from '../sort';
import type { Change } from './apply-at';

export interface UpdateContext {
  readonly path: string;
  readonly now: Date;
}
/** Checks the operand at once and returns the change for a value. */
type Operator = (operand: unknown, context: UpdateContext) => Change;

const unlessSame =
  (next: unknown): Change =>
  (value) =>
    value !== undefined && identical(value, next) ? value : next;

const $set: Operator = (operand) => unlessSame(operand);
const $unset: Operator = () => () => undefined;

const arithmetic =
  (name: string, operator: '+' | '*'): Operator =>
  (operand, { path }) => {
    if (!isNumeric(operand))
      throw new CommandError(14, `Cannot apply ${name} with the non-numeric argument {${path}: ${shown(operand)}}`);
    return (value) => {
      if (value !== undefined && !isNumeric(value))
        throw new CommandError(
          14,
          `Cannot apply ${name} to a value of non-numeric type. The field '${path}' is of type ${typeName(value)}`,
        );
      const result = value === undefined ? missingTerm(operator, operand) : calculate(operator, value, operand);
      return unlessSame(result)(value);
    };
  };

const missingTerm = (operator: '+' | '*', operand: unknown): unknown =>
  operator === '+' ? operand : calculate('*', operand, 0);

const extreme =
  (sign: 1 | -1): Operator =>
  (operand) =>
  (value) =>
    value === undefined || Math.sign(compareValues(operand, value)) === sign ? operand : value;

const $currentDate: Operator = (operand, { path, now }) => {
  if (operand === true) return () => now;
  const type = isDocument(operand) ? operand['$type'] : undefined;
  if (type === 'date') return () => now;
  if (type === 'timestamp') return () => new Timestamp({ t: Math.floor(now.getTime() / 1_000), i: 1 });
  throw new CommandError(2, `$currentDate of '${path}' needs true or a $type of date or timestamp.`);
};

/** An array's elements, or none where there is no field yet. */
function elementsOf(name: string, path: string, value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new CommandError(
    2,
    `The field '${path}' must be an array but is of type ${typeName(value)}, so ${name} cannot be applied`,
  );
}

const PUSH_MODIFIERS = new Set(['$each', '$slice', '$sort', '$position']);

function modifiersOf(name: string, operand: unknown, known: ReadonlySet<string>): BsonDocument {
  if (!isDocument(operand) || !('$each' in operand)) return { $each: [operand] };
  const strange = Object.keys(operand).find((modifier) => !known.has(modifier));
  if (strange !== undefined) throw new CommandError(2, `Unrecognized clause in ${name}: ${strange}`);
  if (!Array.isArray(operand['$each'])) throw new CommandError(14, `The argument to $each in ${name} must be an array`);
  return operand;
}

const $push: Operator = (operand, { path }) => {
  const { $each, $position, $slice, $sort } = modifiersOf('$push', operand, PUSH_MODIFIERS);
  const added = $each as readonly unknown[];
  const position = $position === undefined ? undefined : wholeNumber($position, '$position');
  const slice = $slice === undefined ? undefined : wholeNumber($slice, '$slice');
  const inOrder = $sort === undefined ? undefined : elementSort($sort);
  return (value) => {
    const elements = [...elementsOf('$push', path, value)];
    elements.splice(position ?? elements.length, 0, ...added);
    return unlessSame(sliced(inOrder ? inOrder(elements) : elements, slice))(value);
  };
};

const sliced = (elements: readonly unknown[], slice: number | undefined): readonly unknown[] =>
  slice === undefined ? elements : slice < 0 ? elements.slice(slice) : elements.slice(0, slice);

function elementSort(spec: unknown): (elements: readonly unknown[]) => readonly unknown[] {
  if (isDocument(spec)) {
    const fields = parseSort(spec);
    return (elements) => sortBy(elements, fields, (element) => (isDocument(element) ? element : {}));
  }
  if (spec !== 1 && spec !== -1) throw new CommandError(2, 'The $sort element value must be either 1 or -1');
  return (elements) => [...elements].sort((a, b) => spec * compareValues(a, b));
}

const $addToSet: Operator = (operand, { path }) => {
  const { $each } = modifiersOf('$addToSet', operand, new Set(['$each']));
  return (value) => {
    const elements = elementsOf('$addToSet', path, value);
    const added: unknown[] = [];
    for (const candidate of $each as readonly unknown[])
      if (![...elements, ...added].some((element) => equalValues(element, candidate))) added.push(candidate);
    return added.length === 0 && value !== undefined ? value : [...elements, ...added];
  };
};

/** Removes the elements that pass; leaves the same array when none does. */
const removing =
  (name: string, path: string, isRemoved: (element: unknown) => boolean): Change =>
  (value) => {
    if (value === undefined) return undefined;
    const elements = elementsOf(name, path, value);
    const kept = elements.filter((element) => !isRemoved(element));
    return kept.length === elements.length ? value : kept;
  };

const $pull: Operator = (operand, { path }) => removing('$pull', path, pulled(operand));

function pulled(condition: unknown): (element: unknown) => boolean {
  if (isDocument(condition) && !hasOperators(condition)) {
    const matches = compileFilter(condition);
    return (element) => isDocument(element) && matches(element);
  }
  const matches = compileFilter({ element: condition });
  return (element) => matches({ element });
}

const $pullAll: Operator = (operand, { path }) => {
  if (!Array.isArray(operand)) throw new CommandError(2, '$pullAll requires an array argument');
  return removing('$pullAll', path, (element) => operand.some((gone) => equalValues(gone, element)));
};

const $pop: Operator = (operand, { path }) => {
  if (operand !== 1 && operand !== -1) throw new CommandError(9, `$pop expects 1 or -1, found: ${shown(operand)}`);
  return (value) => {
    if (value === undefined) return undefined;
    const elements = elementsOf('$pop', path, value);
    if (elements.length === 0) return value;
    return operand === 1 ? elements.slice(0, -1) : elements.slice(1);
  };
};

/** Operators that change the value at their own path. `$rename` and `$setOnInsert` are the update's own business. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['$set', $set],
  ['$unset', $unset],
  ['$inc', arithmetic('$inc', '+')],
  ['$mul', arithmetic('$mul', '*')],
  ['$min', extreme(-1)],
  ['$max', extreme(1)],
  ['$currentDate', $currentDate],
  ['$push', $push],
  ['$addToSet', $addToSet],
  ['$pull', $pull],
  ['$pullAll', $pullAll],
  ['$pop', $pop],
]);
