import type { BsonDocument } from '../bson/values';
import { CommandError } from '../errors';
import { compilePipeline } from '../query/aggregation/pipeline';
import type { Collection, Selection } from '../store/collection';
import { assertOnly, collectionOf, countField, documentField, namespaceOf, type Command } from './command';

const CURSOR_FIELDS = new Set(['batchSize']);

const versionsOf = (collection: Collection | undefined, selection: Selection): readonly BsonDocument[] =>
  collection?.select(selection).map(({ version }) => version) ?? [];

const aggregate: Command = {
  fields: ['pipeline', 'cursor'],
  run(call) {
    const { fields, now, cursors, database, store } = call;
    if (!Array.isArray(fields['pipeline']))
      throw new CommandError(14, "'pipeline' option must be specified as an array");
    const cursor = documentField(fields, 'cursor', 'aggregate');
    if (!cursor) throw new CommandError(9, "The 'cursor' option is required");
    assertOnly(cursor, CURSOR_FIELDS, 'aggregate.cursor');
    const pipeline = compilePipeline(fields['pipeline'], {
      now,
      select: (name, selection) => versionsOf(store.get(`${database}.${name}`), selection),
    });
    if (typeof fields['aggregate'] !== 'string')
      throw new CommandError(73, 'An aggregation over a whole database is not supported by the embedded MongoDB.');
    return cursors.open({
      namespace: namespaceOf(call),
      documents: pipeline.run(versionsOf(collectionOf(call), pipeline.selection)),
      batchSize: countField(cursor, 'batchSize', 'aggregate.cursor'),
    });
  },
};

export const aggregateCommands = { aggregate };
