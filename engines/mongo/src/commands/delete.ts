import { CommandError } from '../errors';
import {
  assertOnly,
  booleanField,
  collectionOf,
  countField,
  documentField,
  documentsField,
  OK,
  type Command,
} from './command';
import { compileFilter } from '../query/matcher';
import { runWrites, withErrors } from './write-errors';

const STATEMENT_FIELDS = new Set(['q', 'limit']);
const OWNER = 'delete.deletes';

const remove: Command = {
  fields: ['deletes', 'ordered'],
  run(call) {
    const statements = documentsField(call.fields, 'deletes', 'delete');
    const collection = collectionOf(call);
    let n = 0;
    const errors = runWrites(statements, booleanField(call.fields, 'ordered', 'delete') ?? true, (statement) => {
      assertOnly(statement, STATEMENT_FIELDS, OWNER);
      const filter = documentField(statement, 'q', OWNER) ?? {};
      compileFilter(filter);
      const limit = countField(statement, 'limit', OWNER);
      if (limit !== 0 && limit !== 1) throw new CommandError(9, 'The limit of a delete must be 0 (all) or 1.');
      const found = collection?.select({ filter, limit: limit === 0 ? undefined : limit }) ?? [];
      for (const document of found) collection?.remove(document);
      n += found.length;
    });
    return { n, ...withErrors(errors), ...OK };
  },
};

export const deleteCommands = { delete: remove };
