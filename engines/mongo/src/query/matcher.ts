import { Context } from 'mingo/core';
import * as logical from 'mingo/operators/query/logical';
import { Query } from 'mingo/query';
import type { BsonDocument } from '../bson/values';
import { prepareFilter } from './filter';
import { bsonOperators } from './operators';

export type Matcher = (document: BsonDocument) => boolean;

/** mingo's logic over this engine's operators, which know BSON's types and order. */
const context = Context.init({ query: { ...logical, ...bsonOperators } });

const EVERYTHING: Matcher = () => true;

/** A command checks its filter first and selects by it afterwards. A filter does not change in between. */
const compiled = new WeakMap<BsonDocument, Matcher>();

/** Compiles a filter. Throws for an operator that is unknown or not supported, whatever the documents are. */
export function compileFilter(filter: BsonDocument): Matcher {
  if (Object.keys(filter).length === 0) return EVERYTHING;
  const known = compiled.get(filter);
  if (known) return known;
  const query = new Query(prepareFilter(filter), { context });
  const matches: Matcher = (document) => query.test(document);
  compiled.set(filter, matches);
  return matches;
}
