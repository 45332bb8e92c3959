import { CommandError } from '../errors';
import type { BsonDocument } from '../bson/values';
import { booleanField, documentsField, namespaceOf, OK, type Command } from './command';
import { runWrites, withErrors } from './write-errors';

const insert: Command = {
  fields: ['documents', 'ordered'],
  run(call) {
    const documents = documentsField(call.fields, 'documents', 'insert');
    const collection = call.store.obtain(namespaceOf(call));
    let n = 0;
    const errors = runWrites(documents, booleanField(call.fields, 'ordered', 'insert') ?? true, (document) => {
      assertPlainNames(document);
      collection.insert(document);
      n += 1;
    });
    return { n, ...withErrors(errors), ...OK };
  },
};

function assertPlainNames(document: BsonDocument): void {
  const strange = Object.keys(document).find((name) => name.startsWith('$'));
  if (strange !== undefined)
    throw new CommandError(52, `The dollar ($) prefixed field '${strange}' is not allowed in a stored document`);
}

export const insertCommands = { insert };
