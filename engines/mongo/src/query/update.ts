import { isNumeric, sum, wholeNumber } from '../bson/numbers';
import { compareKeys, equalValues, identical, orderKey } from '../bson/order';
import { isDocument, ObjectId, shown, typeName, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import { compileFilter, hasOperators } from './filter';
import { assertPlainPath, own, splitPath } from './paths';

/** A checked update. It makes a new document, or returns the same one when nothing changes. */
export interface Update {
  readonly isReplacement: boolean;
  apply(document: BsonDocument, isInsert: boolean): BsonDocument;
}

/** What an operator makes of the value at its path; `undefined` stands for a missing field on both sides. */
type Change = (value: unknown, isInsert: boolean) => unknown;

/** Checks an update whatever documents it will meet. `now` is the one moment of the whole command. */
export function compileUpdate(raw: unknown, now: Date): Update {
  if (Array.isArray(raw)) throw unsupported('An update with an aggregation pipeline', 9);
  if (!isDocument(raw)) throw new CommandError(9, `An update must be a document, got ${shown(raw)}`);
  if (!hasOperators(raw)) return replacement(raw);
  const changes = Object.entries(raw).flatMap(([operator, fields]) => changesOf(operator, fields, now));
  // MongoDB makes new fields in the order of their names.
  changes.sort(([one], [other]) => compareKeys(one, other));
  const root = new Branch();
  for (const [path, change] of changes) root.add(path, change);
  return { isReplacement: false, apply: (document, isInsert) => root.apply(document, isInsert) };
}

function replacement(raw: BsonDocument): Update {
  const strange = Object.keys(raw).find((name) => name.startsWith('$'));
  if (strange !== undefined)
    throw new CommandError(52, `The dollar ($) prefixed field '${strange}' is not allowed in a replacement document`);
  const { _id: given, ...rest } = raw;
  return {
    isReplacement: true,
    apply(document) {
      const _id = given ?? own(document, '_id');
      const next = _id === undefined ? rest : { _id, ...rest };
      return identical(document, next) ? document : next;
    },
  };
}

function changesOf(operator: string, fields: unknown, now: Date): readonly (readonly [string, Change])[] {
  const compile = OPERATORS.get(operator);
  if (!compile) throw unsupported(`The update operator ${operator}`, 9);
  if (!isDocument(fields))
    throw new CommandError(9, `Modifiers operate on fields but we found ${shown(fields)} for ${operator}`);
  return Object.entries(fields).map(([path, operand]) => {
    assertPlainPath(path);
    return [path, compile(operand, path, now)];
  });
}

/** The changes below one document: each of its fields is changed, or has changes below. */
class Branch {
  readonly #fields = new Map<string, Change | Branch>();

  add(path: string, change: Change): void {
    const parts = splitPath(path);
    parts
      .slice(0, -1)
      .reduce<Branch>((branch, part) => branch.#below(part, path), this)
      .#end(parts.at(-1) ?? '', path, change);
  }

  #below(name: string, path: string): Branch {
    const found = this.#fields.get(name) ?? new Branch();
    if (!(found instanceof Branch)) throw conflict(path);
    this.#fields.set(name, found);
    return found;
  }

  #end(name: string, path: string, change: Change): void {
    if (this.#fields.has(name)) throw conflict(path);
    this.#fields.set(name, change);
  }

  apply(before: BsonDocument, isInsert: boolean): BsonDocument {
    let after = before;
    for (const [name, change] of this.#fields) {
      const old = own(before, name);
      const next = change instanceof Branch ? change.#applyTo(name, old, isInsert) : change(old, isInsert);
      if (Object.is(next, old)) continue;
      if (next === undefined) after = without(after, name);
      else (after = after === before ? { ...before } : after)[name] = next;
    }
    return after;
  }

  /** A document on the way is made when one of the changes sets a value. */
  #applyTo(name: string, value: unknown, isInsert: boolean): unknown {
    if (isDocument(value)) return this.apply(value, isInsert);
    if (Array.isArray(value)) throw unsupported(`An update inside the array '${name}'`, 2);
    const made = this.apply({}, isInsert);
    if (Object.keys(made).length === 0) return value;
    if (value === undefined) return made;
    throw new CommandError(
      28,
      `Cannot create field '${Object.keys(made)[0] ?? ''}' in element {${name}: ${shown(value)}}`,
    );
  }
}

const conflict = (path: string): CommandError =>
  new CommandError(40, `Updating the path '${path}' would create a conflict at '${path}'`);

function without(document: BsonDocument, name: string): BsonDocument {
  const { [name]: _removed, ...rest } = document;
  return rest;
}

const setting =
  (operand: unknown): Change =>
  (value) =>
    value !== undefined && identical(value, operand) ? value : operand;

function incrementing(operand: unknown, path: string): Change {
  if (!isNumeric(operand))
    throw new CommandError(14, `Cannot increment with the non-numeric argument {${path}: ${shown(operand)}}`);
  return (value) => {
    if (value === undefined) return operand;
    if (isNumeric(value)) return setting(sum(value, operand))(value, false);
    throw new CommandError(
      14,
      `Cannot apply $inc to a value of non-numeric type. The field '${path}' is of type ${typeName(value)}`,
    );
  };
}

const extreme =
  (sign: 1 | -1) =>
  (operand: unknown): Change =>
  (value) =>
    value === undefined || compareKeys(orderKey(operand), orderKey(value)) === sign ? operand : value;

function currentDate(operand: unknown, path: string, now: Date): Change {
  if (operand !== true) throw unsupported(`$currentDate of '${path}' as ${shown(operand)}`, 2);
  return () => now;
}

/** An array's elements, or none where there is no field yet. */
function elementsOf(operator: string, path: string, value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new CommandError(
    2,
    `The field '${path}' must be an array but is of type ${typeName(value)}, so ${operator} cannot be applied`,
  );
}

function pushing(operand: unknown, path: string): Change {
  const { $each, $slice, ...rest } =
    isDocument(operand) && '$each' in operand ? operand : { $each: [operand], $slice: undefined };
  const [strange] = Object.keys(rest);
  if (strange !== undefined) throw unsupported(`The clause ${strange} of $push`, 2);
  if (!Array.isArray($each)) throw new CommandError(14, 'The argument to $each in $push must be an array');
  const last = $slice === undefined ? undefined : wholeNumber($slice, '$slice');
  if (last !== undefined && last >= 0) throw unsupported(`A $slice that is not negative, ${shown(last)},`, 2);
  return (value) => {
    const elements = elementsOf('$push', path, value);
    if (value !== undefined && $each.length === 0 && elements.length <= -(last ?? -Infinity)) return value;
    return [...elements, ...($each as readonly unknown[])].slice(last ?? 0);
  };
}

function pulling(condition: unknown, path: string): Change {
  const isDocuments = isDocument(condition) && !hasOperators(condition);
  const { matches } = compileFilter(isDocuments ? condition : { element: condition });
  const isPulled = (element: unknown): boolean =>
    isDocuments ? isDocument(element) && matches(element) : matches({ element });
  return (value) => {
    if (value === undefined) return undefined;
    const elements = elementsOf('$pull', path, value);
    const kept = elements.filter((element) => !isPulled(element));
    return kept.length === elements.length ? value : kept;
  };
}

/** Each checks its operand at once, and returns the change. */
const OPERATORS: ReadonlyMap<string, (operand: unknown, path: string, now: Date) => Change> = new Map([
  ['$set', setting],
  [
    '$setOnInsert',
    (operand: unknown): Change =>
      (value, isInsert) =>
        isInsert ? operand : value,
  ],
  ['$unset', (): Change => () => undefined],
  ['$inc', incrementing],
  ['$min', extreme(-1)],
  ['$max', extreme(1)],
  ['$currentDate', currentDate],
  ['$push', pushing],
  ['$pull', pulling],
]);

/** The document that an upsert inserts: the filter's equalities, then the update. */
export function upserted(conditions: BsonDocument, update: Update): BsonDocument {
  const equalities = new Branch();
  for (const [path, value] of equalitiesIn(conditions))
    if (!update.isReplacement || path === '_id') equalities.add(path, setting(value));
  const base = equalities.apply({}, true);
  const { _id = new ObjectId(), ...rest } = update.apply(base, true);
  assertSameId(own(base, '_id') ?? _id, _id);
  return { _id, ...rest };
}

export function assertSameId(before: unknown, after: unknown): void {
  if (equalValues(before, after)) return;
  throw new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
}

function equalitiesIn(conditions: BsonDocument): readonly (readonly [string, unknown])[] {
  return Object.entries(conditions).flatMap(([name, condition]): readonly (readonly [string, unknown])[] => {
    if (name === '$and') return (condition as readonly BsonDocument[]).flatMap(equalitiesIn);
    if (name.startsWith('$')) return [];
    if (!hasOperators(condition)) return [[name, condition]];
    return '$eq' in condition ? [[name, condition['$eq']]] : [];
  });
}
