import { wholeNumber } from '../bson/numbers';
import { isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import { compileFilter } from './matcher';
import { isTruthy } from './operators';
import { own, splitPath } from './paths';

export type Projection = (version: BsonDocument) => BsonDocument;

/** A tree of the paths that are asked for. */
interface Fields {
  readonly [name: string]: Fields | true;
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean' || typeof value === 'number';

/** Fields to show or to hide, `$slice` and `$elemMatch`. Throws for everything else that MongoDB may know. */
export function compileProjection(raw: unknown): Projection | undefined {
  if (raw === undefined) return undefined;
  if (!isDocument(raw)) throw new CommandError(14, 'projection must be a document');
  const entries = Object.entries(raw);
  if (entries.length === 0) return undefined;
  const flags = entries.filter(([, value]) => isFlag(value));
  const arrays = entries.filter(([, value]) => !isFlag(value)).map(([path, value]) => arrayOperator(path, value));
  const shownPaths = flags.filter(([path, value]) => path !== '_id' && isTruthy(value)).map(([path]) => path);
  const hiddenPaths = flags.filter(([, value]) => !isTruthy(value)).map(([path]) => path);
  const showsId = raw['_id'] !== undefined && isTruthy(raw['_id']);
  const includes = shownPaths.length > 0 || showsId || arrays.some(({ includes }) => includes);
  const [wrong] = includes ? hiddenPaths.filter((path) => path !== '_id') : [];
  if (wrong !== undefined) throw new CommandError(2, `Cannot do exclusion on field ${wrong} in inclusion projection`);

  const paths = includes
    ? [...shownPaths, ...arrays.map(({ path }) => path), ...(hiddenPaths.includes('_id') ? [] : ['_id'])]
    : hiddenPaths;
  const fields = treeOf(paths);
  return (version) => {
    const cut = includes ? included(version, fields) : excluded(version, fields);
    return arrays.reduce((projected, { path, apply }) => {
      const value = apply(own(version, path));
      if (value !== undefined) return Object.hasOwn(version, path) ? { ...projected, [path]: value } : projected;
      const { [path]: _none, ...rest } = projected;
      return rest;
    }, cut);
  };
}

interface ArrayOperator {
  readonly path: string;
  readonly includes: boolean;
  apply(value: unknown): unknown;
}

function arrayOperator(path: string, spec: unknown): ArrayOperator {
  if (!isDocument(spec)) throw unsupported(`The projection of '${path}' as ${shown(spec)}`, 2);
  const [[operator, operand] = ['', undefined], more] = Object.entries(spec);
  if (more !== undefined || path.includes('.') || (operator !== '$slice' && operator !== '$elemMatch'))
    throw unsupported(`The projection of '${path}' by ${shown(spec)}`, 2);
  if (operator === '$slice') return { path, includes: false, apply: slicing(operand) };
  if (!isDocument(operand)) throw new CommandError(2, '$elemMatch needs a document');
  const matches = compileFilter({ element: { $elemMatch: operand } });
  return {
    path,
    includes: true,
    apply(value) {
      const found = Array.isArray(value)
        ? value.filter((element: unknown) => matches({ element: [element] })).slice(0, 1)
        : [];
      return found.length > 0 ? found : undefined;
    },
  };
}

function slicing(operand: unknown): (value: unknown) => unknown {
  const [first = 0, second] = (Array.isArray(operand) ? operand : [operand]).map((part) => wholeNumber(part, '$slice'));
  const cut = (value: readonly unknown[]): readonly unknown[] => {
    if (second === undefined) return first < 0 ? value.slice(first) : value.slice(0, first);
    const start = first < 0 ? Math.max(value.length + first, 0) : first;
    return value.slice(start, start + second);
  };
  return (value) => (Array.isArray(value) ? cut(value) : value);
}

export function treeOf(paths: readonly string[]): Fields {
  const root: Record<string, Fields | true> = {};
  for (const path of paths) {
    const parts = splitPath(path);
    if (parts.some((part) => part === '' || part.startsWith('$') || part === '__proto__'))
      throw unsupported(`The projection of '${path}'`, 2);
    let node = root;
    parts.forEach((part, index) => {
      const next = node[part];
      if (next === true || (next !== undefined && index === parts.length - 1))
        throw new CommandError(2, `Path collision at ${path}`);
      if (index === parts.length - 1) node[part] = true;
      else node = node[part] = next ?? {};
    });
  }
  return root;
}

/** Only the fields of the tree, in the document's own order. */
export function included(version: BsonDocument, fields: Fields): BsonDocument {
  const kept: BsonDocument = {};
  for (const name of Object.keys(version)) {
    const wanted = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (wanted === undefined) continue;
    const value = wanted === true ? version[name] : includedIn(version[name], wanted);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function includedIn(value: unknown, fields: Fields): unknown {
  if (isDocument(value)) return included(value, fields);
  if (Array.isArray(value)) return value.map((element) => includedIn(element, fields)).filter((e) => e !== undefined);
  return undefined;
}

/** Everything but the fields of the tree. */
export function excluded(version: BsonDocument, fields: Fields): BsonDocument {
  const kept: BsonDocument = {};
  for (const name of Object.keys(version)) {
    const hidden = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (hidden === undefined) kept[name] = version[name];
    else if (hidden !== true) kept[name] = excludedIn(version[name], hidden);
  }
  return kept;
}

function excludedIn(value: unknown, fields: Fields): unknown {
  if (isDocument(value)) return excluded(value, fields);
  return Array.isArray(value) ? value.map((element) => excludedIn(element, fields)) : value;
}
