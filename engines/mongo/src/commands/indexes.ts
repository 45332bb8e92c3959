import { identical } from '../bson/identical';
import { isDocument, shown } from '../bson/values';
import { CommandError } from '../errors';
import { ID_INDEX } from '../store/collection';
import { describeIndex, parseIndexSpec, patternOf, type IndexSpec } from '../store/index-spec';
import { cursorBatchSize } from './collections';
import { collectionOf, documentsField, namespaceOf, OK, type Command, type CommandCall } from './command';

const createIndexes: Command = {
  fields: ['indexes'],
  run(call) {
    const specs = documentsField(call.fields, 'indexes', call.name).map(parseIndexSpec).filter(isNotOnId);
    const namespace = namespaceOf(call);
    const createdCollectionAutomatically = call.store.get(namespace) === undefined;
    const collection = call.store.obtain(namespace);
    const numIndexesBefore = collection.indexes.length;
    const created: string[] = [];
    try {
      for (const spec of specs) if (collection.createIndex(spec)) created.push(spec.name);
    } catch (error) {
      // All of them or none, as MongoDB does it.
      for (const name of created) collection.dropIndex(name);
      throw error;
    }
    if (created.length > 0) collection.record();
    return { numIndexesBefore, numIndexesAfter: collection.indexes.length, createdCollectionAutomatically, ...OK };
  },
};

/** Every collection has the index on _id already. */
function isNotOnId(spec: IndexSpec): boolean {
  return !(spec.fields.length === 1 && spec.fields[0]?.path === '_id');
}

const dropIndexes: Command = {
  fields: ['index'],
  run(call) {
    const collection = collectionOf(call);
    if (!collection) throw new CommandError(26, `ns not found ${namespaceOf(call)}`);
    const nIndexesWas = collection.indexes.length;
    for (const name of wantedNames(call, collection.indexes)) {
      if (name === ID_INDEX.name) throw new CommandError(72, 'cannot drop _id index');
      if (!collection.dropIndex(name)) throw new CommandError(27, `index not found with name [${name}]`);
    }
    collection.record();
    return { nIndexesWas, ...OK };
  },
};

function wantedNames({ fields }: CommandCall, indexes: readonly IndexSpec[]): readonly string[] {
  const { index } = fields;
  if (index === '*') return indexes.map(({ name }) => name).filter((name) => name !== ID_INDEX.name);
  if (typeof index === 'string') return [index];
  if (Array.isArray(index)) return index.filter((name) => typeof name === 'string');
  const found = isDocument(index) ? indexes.find((spec) => identical(patternOf(spec), index)) : undefined;
  if (!found) throw new CommandError(27, `can't find index with key: ${shown(index)}`);
  return [found.name];
}

const listIndexes: Command = {
  fields: ['cursor'],
  run(call) {
    const collection = collectionOf(call);
    const namespace = namespaceOf(call);
    if (!collection) throw new CommandError(26, `ns does not exist: ${namespace}`);
    return call.cursors.open({
      namespace,
      documents: collection.indexes.map(describeIndex),
      batchSize: cursorBatchSize(call),
    });
  },
};

export const indexCommands = { createIndexes, dropIndexes, listIndexes };
