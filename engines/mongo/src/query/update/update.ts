import { identical } from '../../bson/identical';
import { isDocument, shown, type BsonDocument } from '../../bson/values';
import { CommandError, unsupported } from '../../errors';
import { compileFilter } from '../matcher';
import { isArrayIndex, own, splitPath } from '../paths';
import { applyAt, type ElementFilter, type Segment } from './apply-at';
import { OPERATORS } from './operators';

/** A checked update: what it makes of a version. The same object comes back when it changes nothing. */
export interface Update {
  readonly isReplacement: boolean;
  apply(version: BsonDocument, isInsert: boolean): BsonDocument;
}

interface Step {
  readonly path: string;
  readonly onlyOnInsert: boolean;
  run(version: BsonDocument): BsonDocument;
}

const KNOWN_ELSEWHERE = new Set(['$bit']);

/** Checks an update whatever documents it will meet. `now` is the one moment of the whole command. */
export function compileUpdate(raw: unknown, arrayFilters: unknown, now: Date): Update {
  if (Array.isArray(raw)) throw unsupported('An update with an aggregation pipeline', 9);
  if (!isDocument(raw)) throw new CommandError(9, `An update must be a document, got ${shown(raw)}`);
  const [first] = Object.keys(raw);
  if (!first?.startsWith('$')) {
    if (arrayFilters !== undefined) throw new CommandError(9, 'arrayFilters may not be used with a replacement');
    return replacement(raw);
  }
  const filters = elementFilters(arrayFilters);
  const steps = Object.entries(raw).flatMap(([operator, fields]) => stepsOf(operator, fields, filters, now));
  filters.assertAllUsed();
  assertNoConflict(steps);
  steps.sort((a, b) => comparePaths(a.path, b.path));
  return {
    isReplacement: false,
    apply: (version, isInsert) =>
      steps.reduce((changed, step) => (step.onlyOnInsert && !isInsert ? changed : step.run(changed)), version),
  };
}

function replacement(raw: BsonDocument): Update {
  const strange = Object.keys(raw).find((name) => name.startsWith('$'));
  if (strange !== undefined)
    throw new CommandError(52, `The dollar ($) prefixed field '${strange}' is not allowed in a replacement document`);
  return {
    isReplacement: true,
    apply(version) {
      const _id = own(raw, '_id') ?? own(version, '_id');
      const next = _id === undefined || Object.keys(raw)[0] === '_id' ? raw : { _id, ...omitId(raw) };
      return identical(version, next) ? version : next;
    },
  };
}

function omitId({ _id, ...rest }: BsonDocument): BsonDocument {
  return rest;
}

function stepsOf(operator: string, fields: unknown, filters: ElementFilters, now: Date): readonly Step[] {
  const onlyOnInsert = operator === '$setOnInsert';
  const change = OPERATORS.get(onlyOnInsert ? '$set' : operator);
  if (!change && operator !== '$rename') {
    if (KNOWN_ELSEWHERE.has(operator)) throw unsupported(`The update operator ${operator}`, 9);
    throw new CommandError(
      9,
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDocument(fields))
    throw new CommandError(9, `Modifiers operate on fields but we found ${shown(fields)} for ${operator}`);
  return Object.entries(fields).flatMap(([path, operand]) => {
    if (!change) return renameSteps(path, operand);
    const segments = segmentsOf(path, filters);
    const apply = change(operand, { path, now });
    return [{ path, onlyOnInsert, run: (version) => asDocument(applyAt(version, segments, apply)) }];
  });
}

function segmentsOf(path: string, filters: ElementFilters): readonly Segment[] {
  return splitPath(path).map((part) => {
    if (part === '') throw new CommandError(56, `The update path '${path}' contains an empty field name`);
    if (part === '__proto__') throw new CommandError(2, `The field name '${part}' is not allowed`);
    if (part === '$') throw unsupported(`The positional operator in '${path}'`, 2);
    if (part === '$[]') return { each: () => true };
    if (part.startsWith('$[') && part.endsWith(']')) return { each: filters.named(part.slice(2, -1), path) };
    if (part.startsWith('$'))
      throw new CommandError(52, `The dollar ($) prefixed field '${part}' in '${path}' is not allowed`);
    return part;
  });
}

const asDocument = (value: unknown): BsonDocument => {
  if (!isDocument(value)) throw new Error('an update turned a document into something else');
  return value;
};

/** The source goes and the target takes its value; both paths count when conflicts are looked for. */
function renameSteps(from: string, target: unknown): readonly Step[] {
  if (typeof target !== 'string') throw new CommandError(2, `The 'to' field for $rename must be a string: ${from}`);
  const [source, destination] = [plainPath(from), plainPath(target)];
  return [
    { path: from, onlyOnInsert: false, run: (version) => rename(version, source, destination) },
    { path: target, onlyOnInsert: false, run: (version) => version },
  ];
}

function plainPath(path: string): readonly string[] {
  const parts = splitPath(path);
  if (parts.some((part) => part === '' || part === '__proto__' || part.startsWith('$')))
    throw new CommandError(2, `'${path}' cannot be renamed`);
  return parts;
}

function rename(version: BsonDocument, source: readonly string[], destination: readonly string[]): BsonDocument {
  let moved: unknown;
  const taken = applyAt(version, source, (value) => {
    moved = value;
    return undefined;
  });
  if (moved === undefined) return version;
  for (const path of [source, destination]) assertNoArrayOn(version, path);
  return asDocument(applyAt(taken, destination, () => moved));
}

function assertNoArrayOn(version: BsonDocument, path: readonly string[]): void {
  let node: unknown = version;
  for (const part of path) {
    if (Array.isArray(node))
      throw new CommandError(2, `The path '${path.join('.')}' of $rename leads through an array`);
    node = isDocument(node) ? own(node, part) : undefined;
  }
}

function assertNoConflict(steps: readonly Step[]): void {
  const paths = steps.map(({ path }) => `${path}.`).sort();
  paths.forEach((path, index) => {
    const next = paths.find((other, place) => place > index && other.startsWith(path));
    if (next === undefined) return;
    throw new CommandError(
      40,
      `Updating the path '${next.slice(0, -1)}' would create a conflict at '${path.slice(0, -1)}'`,
    );
  });
}

/** MongoDB makes new fields in the order of their names, numbers by value. */
function comparePaths(a: string, b: string): number {
  const left = splitPath(a);
  const right = splitPath(b);
  for (let place = 0; place < Math.min(left.length, right.length); place += 1) {
    const [one = '', other = ''] = [left[place], right[place]];
    if (one === other) continue;
    if (isArrayIndex(one) && isArrayIndex(other)) return Number(one) - Number(other);
    return one < other ? -1 : 1;
  }
  return left.length - right.length;
}

interface ElementFilters {
  named(name: string, path: string): ElementFilter;
  assertAllUsed(): void;
}

/** The filters behind `$[name]`: each is about one name, either the element itself or fields of it. */
function elementFilters(raw: unknown): ElementFilters {
  const filters = new Map<string, ElementFilter>();
  const unused = new Set<string>();
  if (raw !== undefined && !(Array.isArray(raw) && raw.every(isDocument)))
    throw new CommandError(14, 'arrayFilters must be an array of documents');
  for (const filter of (raw ?? []) as readonly BsonDocument[]) {
    const name = nameIn(filter);
    if (filters.has(name)) throw new CommandError(9, `Found multiple array filters with the same name ${name}`);
    const matches = compileFilter(filter);
    filters.set(name, (element) => matches({ [name]: element }));
    unused.add(name);
  }
  return {
    named(name, path) {
      const filter = filters.get(name);
      if (!filter) throw new CommandError(2, `No array filter found for identifier '${name}' in path '${path}'`);
      unused.delete(name);
      return filter;
    },
    assertAllUsed() {
      const [name] = unused;
      if (name !== undefined)
        throw new CommandError(9, `The array filter for identifier '${name}' was not used in the update`);
    },
  };
}

function nameIn(filter: BsonDocument): string {
  const names = new Set(namesIn(filter));
  const [name] = names;
  if (names.size !== 1 || name === undefined || !/^[a-z][a-zA-Z0-9]*$/.test(name))
    throw new CommandError(
      9,
      `An array filter must be about exactly one name that begins in lower case: ${shown(filter)}`,
    );
  return name;
}

function namesIn(filter: BsonDocument): readonly string[] {
  return Object.entries(filter).flatMap(([key, value]) =>
    key.startsWith('$') && Array.isArray(value) ? value.filter(isDocument).flatMap(namesIn) : [splitPath(key)[0] ?? ''],
  );
}
