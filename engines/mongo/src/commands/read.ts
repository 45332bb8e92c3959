import { EncodedDocument, isLong, Long, shown } from '../bson/values';
import { CommandError } from '../errors';
import { compileFilter } from '../query/filter';
import { compilePipeline } from '../query/pipeline';
import { compileProjection } from '../query/projection';
import { parseSort } from '../query/sort';
import type { Selection } from '../store/collection';
import { namespaceOf, type Store } from '../store/store';
import {
  booleanField,
  countField,
  cursorBatchSize,
  documentField,
  limitField,
  OK,
  targetOf,
  type Command,
  type CommandCall,
  type Commands,
} from './command';

const select = (store: Store, namespace: string, selection: Selection): readonly EncodedDocument[] =>
  (store.get(namespace)?.select(selection) ?? []).map(({ version }) => version);

const find: Command = {
  fields: ['filter', 'sort', 'projection', 'limit', 'batchSize', 'singleBatch'],
  run(call) {
    const { fields, cursors, store } = call;
    const filter = compileFilter(documentField(fields, 'filter') ?? {});
    const project = compileProjection(fields['projection']);
    const limit = limitField(fields, 'limit');
    const namespace = targetOf(call);
    const found = select(store, namespace, { filter, sort: parseSort(fields['sort']), limit });
    return cursors.open({
      namespace,
      documents: project ? found.map((version) => new EncodedDocument(project(version.fields))) : found,
      batchSize: countField(fields, 'batchSize'),
      singleBatch: booleanField(fields, 'singleBatch'),
    });
  },
};

const aggregate: Command = {
  fields: ['pipeline', 'cursor'],
  run(call) {
    const { fields, now, cursors, database, store } = call;
    const { aggregate: collection, pipeline } = fields;
    if (!Array.isArray(pipeline)) throw new CommandError(14, "'pipeline' option must be specified as an array");
    const run = compilePipeline(pipeline, {
      now,
      select: (name, selection) => select(store, namespaceOf(database, name), selection),
    });
    const batchSize = cursorBatchSize(call);
    return cursors.open({ namespace: targetOf(call), documents: run(String(collection)), batchSize });
  },
};

/** All documents of a collection; those of a filter are counted by `aggregate`. */
const count: Command = {
  fields: [],
  run: (call) => ({ n: call.store.get(targetOf(call))?.size ?? 0, ...OK }),
};

function cursorNamespace({ fields, database, name }: CommandCall, field: string): string {
  const collection = fields[field];
  if (typeof collection === 'string') return `${database}.${collection}`;
  throw new CommandError(14, `BSON field '${name}.${field}' must be a string`);
}

const cursorId = (value: unknown): bigint => {
  if (isLong(value)) return value.toBigInt();
  throw new CommandError(14, `A cursor id must be a long, got ${shown(value)}`);
};

const getMore: Command = {
  fields: ['collection', 'batchSize'],
  run(call) {
    const batchSize = limitField(call.fields, 'batchSize');
    return call.cursors.next(cursorId(call.fields['getMore']), cursorNamespace(call, 'collection'), batchSize);
  },
};

const killCursors: Command = {
  fields: ['cursors'],
  run(call) {
    const { cursors: ids } = call.fields;
    if (!Array.isArray(ids)) throw new CommandError(14, "BSON field 'killCursors.cursors' must be an array");
    const namespace = cursorNamespace(call, 'killCursors');
    const cursorsKilled: unknown[] = [];
    const cursorsNotFound: unknown[] = [];
    for (const id of ids.map(cursorId))
      (call.cursors.kill(id, namespace) ? cursorsKilled : cursorsNotFound).push(Long.fromBigInt(id));
    return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [], ...OK };
  },
};

export const readCommands: Commands = { find, aggregate, count, getMore, killCursors };
