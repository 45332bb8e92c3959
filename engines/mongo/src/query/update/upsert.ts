import { equalValues } from '../../bson/order-key';
import { BSONRegExp, isDocument, ObjectId, type BsonDocument } from '../../bson/values';
import { CommandError } from '../../errors';
import { hasOperators } from '../filter';
import { own, splitPath } from '../paths';
import { applyAt } from './apply-at';
import type { Update } from './update';

/** The document that an upsert inserts: the filter's equalities, then the update. */
export function upserted(filter: BsonDocument, update: Update): BsonDocument {
  const base = update.isReplacement ? pick(equalities(filter), '_id') : equalities(filter);
  const made = update.apply(base, true);
  const wanted = own(base, '_id');
  if (wanted !== undefined && !equalValues(wanted, own(made, '_id')))
    throw new CommandError(66, "Performing an update on the path '_id' would modify the immutable field '_id'");
  const { _id = new ObjectId(), ...rest } = made;
  return { _id, ...rest };
}

const pick = (document: BsonDocument, name: string): BsonDocument =>
  Object.hasOwn(document, name) ? { [name]: document[name] } : {};

function equalities(filter: BsonDocument): BsonDocument {
  let document: BsonDocument = {};
  for (const [path, value] of equalitiesIn(filter)) {
    const next = applyAt(document, splitPath(path), (before) => {
      if (before !== undefined && !equalValues(before, value))
        throw new CommandError(54, `cannot infer query fields to set, path '${path}' is matched twice`);
      return value;
    });
    if (isDocument(next)) document = next;
  }
  return document;
}

function equalitiesIn(filter: BsonDocument): readonly (readonly [string, unknown])[] {
  return Object.entries(filter).flatMap(([name, condition]): readonly (readonly [string, unknown])[] => {
    if (name === '$and') return Array.isArray(condition) ? condition.filter(isDocument).flatMap(equalitiesIn) : [];
    if (name.startsWith('$') || condition instanceof BSONRegExp) return [];
    if (!hasOperators(condition)) return [[name, condition]];
    return '$eq' in condition ? [[name, condition['$eq']]] : [];
  });
}
