import { isFlag, isTrue } from '../bson/numbers';
import { isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import { assertPlainPath, own, splitPath } from './paths';

export type Projection = (document: BsonDocument) => BsonDocument;

/** A tree of the paths that are asked for. */
interface Fields {
  readonly [name: string]: Fields | true;
}

/** Fields to show or fields to hide. Throws for everything else that MongoDB may know. */
export function compileProjection(raw: unknown): Projection | undefined {
  if (raw === undefined) return undefined;
  if (!isDocument(raw)) throw new CommandError(14, 'projection must be a document');
  const flags = Object.entries(raw);
  if (flags.length === 0) return undefined;
  for (const [path, value] of flags)
    if (!isFlag(value)) throw unsupported(`The projection of '${path}' as ${shown(value)}`, 2);
  const pathsOf = (wanted: boolean): readonly string[] =>
    flags.filter(([, value]) => isTrue(value) === wanted).map(([path]) => path);
  const [shownPaths, hiddenPaths] = [pathsOf(true), pathsOf(false)];
  if (shownPaths.length === 0) {
    const hidden = treeOf(hiddenPaths);
    return (document) => excluded(document, hidden);
  }
  const wrong = hiddenPaths.find((path) => path !== '_id');
  if (wrong !== undefined) throw new CommandError(2, `Cannot do exclusion on field ${wrong} in inclusion projection`);
  const fields = treeOf([...shownPaths, ...(hiddenPaths.length > 0 || '_id' in raw ? [] : ['_id'])]);
  return (document) => included(document, fields);
}

function treeOf(paths: readonly string[]): Fields {
  const root: Record<string, Fields | true> = {};
  for (const path of paths) {
    assertPlainPath(path);
    const parts = splitPath(path);
    let node = root;
    parts.forEach((part, index) => {
      const next = own(node, part) as Fields | true | undefined;
      if (next === true || (next !== undefined && index === parts.length - 1))
        throw new CommandError(2, `Path collision at ${path}`);
      if (index === parts.length - 1) node[part] = true;
      else node = node[part] = next ?? {};
    });
  }
  return root;
}

/** Only the fields of the tree, in the document's own order. */
function included(document: BsonDocument, fields: Fields): BsonDocument {
  const kept: BsonDocument = {};
  for (const name of Object.keys(document)) {
    const wanted = own(fields, name) as Fields | true | undefined;
    const value = wanted === true ? document[name] : wanted && includedIn(document[name], wanted);
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function includedIn(value: unknown, fields: Fields): unknown {
  if (isDocument(value)) return included(value, fields);
  return Array.isArray(value)
    ? value.map((element) => includedIn(element, fields)).filter((element) => element !== undefined)
    : undefined;
}

/** Everything but the fields of the tree. */
function excluded(document: BsonDocument, fields: Fields): BsonDocument {
  const kept: BsonDocument = {};
  for (const name of Object.keys(document)) {
    const hidden = own(fields, name) as Fields | true | undefined;
    if (hidden !== true) kept[name] = hidden ? excludedIn(document[name], hidden) : document[name];
  }
  return kept;
}

function excludedIn(value: unknown, fields: Fields): unknown {
  if (isDocument(value)) return excluded(value, fields);
  return Array.isArray(value) ? value.map((element) => excludedIn(element, fields)) : value;
}
