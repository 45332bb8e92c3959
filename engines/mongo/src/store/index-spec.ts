import { identical } from '../bson/identical';
import { wholeNumber } from '../bson/numbers';
import { isDocument, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';

export interface IndexField {
  readonly path: string;
  readonly direction: 1 | -1;
}

export interface IndexSpec {
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly sparse: boolean;
  readonly partialFilter?: BsonDocument;
  readonly expireAfterSeconds?: number;
}

const OPTIONS = new Set([
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
]);

/** Reads one entry of createIndexes; refuses every kind of index and option that is not honoured. */
export function parseIndexSpec(raw: unknown): IndexSpec {
  if (!isDocument(raw) || !isDocument(raw['key'])) throw new CommandError(9, 'An index needs a document named key.');
  const strange = Object.keys(raw).find((option) => !OPTIONS.has(option));
  if (strange !== undefined) throw unsupported(`The index option '${strange}'`, 72);
  const fields = Object.entries(raw['key']).map(([path, kind]) => parseField(path, kind));
  if (fields.length === 0) throw new CommandError(67, 'Index keys cannot be empty.');
  const partialFilter = raw['partialFilterExpression'];
  if (partialFilter !== undefined && !isDocument(partialFilter))
    throw new CommandError(67, 'partialFilterExpression must be a document.');
  const spec: IndexSpec = {
    name: typeof raw['name'] === 'string' ? raw['name'] : nameOf(fields),
    fields,
    unique: flag(raw, 'unique'),
    sparse: flag(raw, 'sparse'),
    ...(partialFilter && { partialFilter }),
    ...expiry(raw['expireAfterSeconds'], fields),
  };
  if (spec.sparse && spec.partialFilter)
    throw new CommandError(67, 'An index is either sparse or has a partialFilterExpression.');
  return spec;
}

function parseField(path: string, kind: unknown): IndexField {
  if (path === '' || path.split('.').some((part) => part === '' || part.startsWith('$')))
    throw new CommandError(67, `'${path}' cannot be indexed.`);
  if (kind === 1 || kind === -1) return { path, direction: kind };
  throw unsupported(`The index kind ${shown(kind)} on '${path}'`, 67);
}

function expiry(seconds: unknown, fields: readonly IndexField[]): { expireAfterSeconds?: number } {
  if (seconds === undefined) return {};
  const value = wholeNumber(seconds, 'expireAfterSeconds');
  if (value < 0) throw new CommandError(67, 'expireAfterSeconds cannot be negative.');
  if (fields.length !== 1 || fields[0]?.path === '_id')
    throw new CommandError(67, 'TTL indexes are single-field indexes, and not on _id.');
  return { expireAfterSeconds: value };
}

function flag(raw: BsonDocument, name: string): boolean {
  const value = raw[name] ?? false;
  if (typeof value !== 'boolean') throw new CommandError(14, `The index option '${name}' must be true or false.`);
  return value;
}

const nameOf = (fields: readonly IndexField[]): string =>
  fields.map(({ path, direction }) => `${path}_${direction}`).join('_');

/** The answer of listIndexes, and what the journal keeps. */
export function describeIndex(spec: IndexSpec): BsonDocument {
  return {
    v: 2,
    key: patternOf(spec),
    name: spec.name,
    ...(spec.unique && { unique: true }),
    ...(spec.sparse && { sparse: true }),
    ...(spec.partialFilter && { partialFilterExpression: spec.partialFilter }),
    ...(spec.expireAfterSeconds !== undefined && { expireAfterSeconds: spec.expireAfterSeconds }),
  };
}

export const patternOf = (spec: IndexSpec): BsonDocument =>
  Object.fromEntries(spec.fields.map(({ path, direction }) => [path, direction]));

export const sameIndex = (a: IndexSpec, b: IndexSpec): boolean => identical(describeIndex(a), describeIndex(b));
