import { EncodedDocument } from '../bson/values';
import { compileFilter } from '../query/filter';
import { describeIndex, ID_INDEX, parseIndexSpec } from '../store/index-spec';
import {
  booleanField,
  collectionOf,
  cursorBatchSize,
  documentField,
  documentsField,
  OK,
  targetOf,
  type Command,
  type Commands,
} from './command';

const drop: Command = {
  fields: [],
  run(call) {
    const collection = collectionOf(call);
    if (!collection) return OK;
    call.store.drop(collection);
    return { nIndexesWas: collection.indexes.length, ns: collection.namespace, ...OK };
  },
};

const dropDatabase: Command = {
  fields: [],
  run({ store, database }) {
    for (const collection of store.inDatabase(database)) store.drop(collection);
    return { dropped: database, ...OK };
  },
};

const listCollections: Command = {
  // Rights are those of whole databases, so every collection is an authorized one.
  fields: ['filter', 'nameOnly', 'cursor', 'authorizedCollections'],
  run(call) {
    const { store, database, fields, cursors } = call;
    const filter = compileFilter(documentField(fields, 'filter') ?? {});
    const nameOnly = booleanField(fields, 'nameOnly') ?? false;
    const described = store.inDatabase(database).map(({ namespace }) => ({
      name: namespace.slice(database.length + 1),
      type: 'collection',
      ...(!nameOnly && { options: {}, info: { readOnly: false }, idIndex: describeIndex(ID_INDEX) }),
    }));
    return cursors.open({
      namespace: `${database}.$cmd.listCollections`,
      documents: described.filter(filter.matches).map((document) => new EncodedDocument(document)),
      batchSize: cursorBatchSize(call),
    });
  },
};

const createIndexes: Command = {
  fields: ['indexes'],
  run(call) {
    const specs = documentsField(call.fields, 'indexes').map(parseIndexSpec);
    const namespace = targetOf(call);
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

/** Collections are made by the first write to them. */
export const collectionCommands: Commands = { drop, dropDatabase, listCollections, createIndexes };
