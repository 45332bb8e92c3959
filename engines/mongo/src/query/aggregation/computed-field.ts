import { isDocument, type BsonDocument } from '../../bson/values';
import { own, splitPath } from '../paths';

/**
 * A copy of the document with the value at a dotted path; what is not on the path is shared. As `$addFields` has it:
 * every element of an array on the way gets the value, what is no document becomes one, and `undefined` removes.
 */
export function withComputed(document: BsonDocument, path: string, value: unknown): BsonDocument {
  return setIn(document, splitPath(path), value);
}

function setIn(document: BsonDocument, [name = '', ...rest]: readonly string[], value: unknown): BsonDocument {
  const after = rest.length === 0 ? value : setBelow(own(document, name), rest, value);
  if (after !== undefined) return { ...document, [name]: after };
  const { [name]: _removed, ...others } = document;
  return others;
}

function setBelow(node: unknown, path: readonly string[], value: unknown): unknown {
  if (Array.isArray(node)) return node.map((element: unknown) => setBelow(element, path, value));
  if (isDocument(node)) return setIn(node, path, value);
  return value === undefined ? node : setIn({}, path, value);
}
