import { wholeNumber } from '../bson/numbers';
import { identical } from '../bson/order';
import { isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import { assertPlainPath } from '../query/paths';

export interface IndexField {
  readonly path: string;
  readonly direction: 1 | -1;
}

export interface IndexSpec {
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly sparse: boolean;
  readonly expireAfterSeconds?: number;
}

/** The index that each collection has. */
export const ID_INDEX: IndexSpec = { name: '_id_', fields: [{ path: '_id', direction: 1 }], sparse: false };

/** `background` asks for what building in memory is anyway. */
const OPTIONS = new Set(['v', 'key', 'name', 'sparse', 'expireAfterSeconds', 'background']);

/** Reads one entry of createIndexes; refuses every kind of index and option that is not honoured. */
export function parseIndexSpec(raw: BsonDocument): IndexSpec {
  const { key, name, sparse = false, expireAfterSeconds } = raw;
  const strange = Object.keys(raw).find((option) => !OPTIONS.has(option));
  if (strange !== undefined) throw unsupported(`The index option '${strange}'`, 72);
  if (!isDocument(key) || Object.keys(key).length === 0)
    throw new CommandError(67, 'An index needs a key with fields.');
  if (typeof name !== 'string' || typeof sparse !== 'boolean')
    throw new CommandError(14, `An index needs a name, and sparse is true or false: ${shown(raw)}`);
  const fields = Object.entries(key).map(([path, kind]) => parseField(path, kind));
  const spec = { name, fields, sparse };
  if (expireAfterSeconds === undefined) return spec;
  const seconds = wholeNumber(expireAfterSeconds, 'expireAfterSeconds');
  if (seconds < 0 || fields.length !== 1 || fields[0]?.path === '_id')
    throw new CommandError(67, 'A TTL index is a single-field index, not on _id, of seconds that are not negative.');
  return { ...spec, expireAfterSeconds: seconds };
}

function parseField(path: string, kind: unknown): IndexField {
  assertPlainPath(path);
  if (kind === 1 || kind === -1) return { path, direction: kind };
  throw unsupported(`The index kind ${shown(kind)} on '${path}'`, 67);
}

/** The answer of listIndexes, and what the journal keeps. */
export const describeIndex = (spec: IndexSpec): BsonDocument => ({
  v: 2,
  key: Object.fromEntries(spec.fields.map(({ path, direction }) => [path, direction])),
  name: spec.name,
  ...(spec.sparse && { sparse: true }),
  ...(spec.expireAfterSeconds !== undefined && { expireAfterSeconds: spec.expireAfterSeconds }),
});

export const sameIndex = (a: IndexSpec, b: IndexSpec): boolean => identical(describeIndex(a), describeIndex(b));
