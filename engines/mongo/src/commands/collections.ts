import { CommandError } from '../errors';
import { compileFilter } from '../query/matcher';
import { assertNamespace, collectionNameOf, databaseOf } from '../store/store';
import {
  assertOnly,
  booleanField,
  collectionOf,
  countField,
  documentField,
  namespaceOf,
  OK,
  type Command,
  type CommandCall,
} from './command';
import { describeIndex } from '../store/index-spec';
import { ID_INDEX } from '../store/collection';

const CURSOR_FIELDS = new Set(['batchSize']);

export function cursorBatchSize({ fields, name }: CommandCall): number | undefined {
  const cursor = documentField(fields, 'cursor', name) ?? {};
  assertOnly(cursor, CURSOR_FIELDS, `${name}.cursor`);
  return countField(cursor, 'batchSize', `${name}.cursor`);
}

const create: Command = {
  fields: [],
  run(call) {
    const namespace = namespaceOf(call);
    if (call.store.get(namespace)) throw new CommandError(48, `Collection ${namespace} already exists.`);
    call.store.create(namespace);
    return OK;
  },
};

const drop: Command = {
  fields: [],
  run(call) {
    const collection = collectionOf(call);
    if (!collection) return OK;
    const nIndexesWas = collection.indexes.length;
    call.store.drop(collection);
    return { nIndexesWas, ns: collection.namespace, ...OK };
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
    const matches = compileFilter(documentField(fields, 'filter', call.name) ?? {});
    const nameOnly = booleanField(fields, 'nameOnly', call.name) ?? false;
    const described = store.inDatabase(database).map(({ namespace }) => ({
      name: collectionNameOf(namespace),
      type: 'collection',
      ...(!nameOnly && { options: {}, info: { readOnly: false }, idIndex: describeIndex(ID_INDEX) }),
    }));
    return cursors.open({
      namespace: `${database}.$cmd.listCollections`,
      documents: described.filter((document) => matches(document)),
      batchSize: cursorBatchSize(call),
    });
  },
};

const renameCollection: Command = {
  fields: ['to', 'dropTarget'],
  run({ store, fields, name }) {
    const { [name]: from, to } = fields;
    if (typeof from !== 'string' || typeof to !== 'string')
      throw new CommandError(14, 'renameCollection needs two names with their databases');
    assertNamespace(to);
    const collection = store.get(from);
    if (!collection) throw new CommandError(26, `Source collection ${from} does not exist`);
    if (databaseOf(from) !== databaseOf(to))
      throw new CommandError(115, 'renameCollection to another database is not supported by the embedded MongoDB.');
    if (from === to) throw new CommandError(20, "Can't rename a collection to itself");
    const target = store.get(to);
    if (target && !booleanField(fields, 'dropTarget', name)) throw new CommandError(48, 'target namespace exists');
    if (target) store.drop(target);
    store.rename(collection, to);
    return OK;
  },
};

export const collectionCommands = { create, drop, dropDatabase, listCollections, renameCollection };
