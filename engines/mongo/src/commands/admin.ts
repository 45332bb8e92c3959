import { compileFilter } from '../query/matcher';
import { databaseOf } from '../store/store';
import { booleanField, documentField, OK, type Command } from './command';

const listDatabases: Command = {
  // What a user may not read is left out in any case, so every database is an authorized one.
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  run({ store, fields, name, access }) {
    const matches = compileFilter(documentField(fields, 'filter', name) ?? {});
    const nameOnly = booleanField(fields, 'nameOnly', name) ?? false;
    const sizes = new Map<string, number>();
    for (const { namespace, size } of store.all())
      if (access.maySee(databaseOf(namespace)))
        sizes.set(databaseOf(namespace), (sizes.get(databaseOf(namespace)) ?? 0) + size);
    const databases = [...sizes.keys()]
      .sort()
      .map((database) => ({ name: database, ...(!nameOnly && { empty: sizes.get(database) === 0 }) }));
    return { databases: databases.filter((document) => matches(document)), ...OK };
  },
};

export const adminCommands = { listDatabases };
