import { isDocument, shown, typeName, type BsonDocument } from '../../bson/values';
import { CommandError } from '../../errors';
import { isArrayIndex, own } from '../paths';

/** What an operator makes of the value at its path; `undefined` stands for a missing field on both sides. */
export type Change = (value: unknown) => unknown;
/** Whether the element of an array that a `$[…]` stands for is to be changed. */
export type ElementFilter = (element: unknown) => boolean;
export type Segment = string | { readonly each: ElementFilter };

const MOST_PADDING = 1_500_000;

/**
 * A copy of `node` with the change made at the path; what is not on the path is shared. The same object comes back when
 * the change made no difference. Documents on the way are created when the change sets a value.
 */
export function applyAt(node: unknown, path: readonly Segment[], change: Change, at = 0): unknown {
  const segment = path[at];
  if (segment === undefined) return change(node);
  if (typeof segment !== 'string') return applyToElements(node, segment.each, path, change, at);
  if (isDocument(node)) return applyToField(node, segment, path, change, at);
  if (Array.isArray(node)) return applyToIndex(node, segment, path, change, at);
  const value = applyAt(undefined, path, change, path.length);
  if (value === undefined) return node;
  if (node !== undefined)
    throw new CommandError(
      28,
      `Cannot create field '${segment}' in an element of type ${typeName(node)}: ${shown(node)}`,
    );
  return applyToField({}, segment, path, change, at);
}

function applyToField(
  node: BsonDocument,
  name: string,
  path: readonly Segment[],
  change: Change,
  at: number,
): BsonDocument {
  const before = own(node, name);
  const after = applyAt(before, path, change, at + 1);
  if (Object.is(after, before)) return node;
  if (after !== undefined) return { ...node, [name]: after };
  const { [name]: _removed, ...rest } = node;
  return rest;
}

function applyToIndex(
  node: readonly unknown[],
  segment: string,
  path: readonly Segment[],
  change: Change,
  at: number,
): readonly unknown[] {
  if (!isArrayIndex(segment)) {
    if (change(undefined) === undefined) return node;
    throw new CommandError(28, `Cannot create field '${segment}' in an array`);
  }
  const index = Number(segment);
  const after = applyAt(node[index], path, change, at + 1);
  if (Object.is(after, node[index])) return node;
  if (after === undefined && index >= node.length) return node;
  if (index - node.length > MOST_PADDING) throw new CommandError(2, `can't backfill an array up to ${index}`);
  const copy = [...node];
  while (copy.length < index) copy.push(null);
  copy[index] = after ?? null;
  return copy;
}

function applyToElements(
  node: unknown,
  isWanted: ElementFilter,
  path: readonly Segment[],
  change: Change,
  at: number,
): unknown {
  if (!Array.isArray(node))
    throw new CommandError(2, `The path must exist in the document and be an array to use $[], got ${shown(node)}`);
  const copy = node.map((element: unknown) =>
    isWanted(element) ? (applyAt(element, path, change, at + 1) ?? null) : element,
  );
  return copy.some((element, index) => !Object.is(element, node[index])) ? copy : node;
}
