import { isLong } from '../bson/numbers';
import { orderKey } from '../bson/order-key';
import { Long, shown } from '../bson/values';
import { CommandError } from '../errors';
import { valuesAt } from '../query/paths';
import { compileProjection } from '../query/projection';
import { parseSort } from '../query/sort';
import { compileFilter } from '../query/matcher';
import {
  booleanField,
  collectionOf,
  countField,
  documentField,
  namespaceOf,
  OK,
  type Command,
  type CommandCall,
} from './command';

const find: Command = {
  fields: ['filter', 'sort', 'projection', 'skip', 'limit', 'batchSize', 'singleBatch'],
  run(call) {
    const { fields, cursors } = call;
    const filter = documentField(fields, 'filter', 'find') ?? {};
    compileFilter(filter);
    const limit = countField(fields, 'limit', 'find') ?? 0;
    const selection = {
      filter,
      sort: parseSort(fields['sort']),
      skip: countField(fields, 'skip', 'find') ?? 0,
      limit: limit === 0 ? undefined : limit,
    };
    const project = compileProjection(fields['projection']);
    const found = collectionOf(call)?.select(selection) ?? [];
    return cursors.open({
      namespace: namespaceOf(call),
      documents: found.map(({ version }) => (project ? project(version) : version)),
      batchSize: countField(fields, 'batchSize', 'find'),
      singleBatch: booleanField(fields, 'singleBatch', 'find'),
    });
  },
};

const count: Command = {
  fields: ['query', 'skip', 'limit'],
  run(call) {
    const { fields } = call;
    const filter = documentField(fields, 'query', 'count') ?? {};
    compileFilter(filter);
    const limit = countField(fields, 'limit', 'count') ?? 0;
    const skip = countField(fields, 'skip', 'count') ?? 0;
    const collection = collectionOf(call);
    const found = collection?.select({ filter, skip, limit: limit === 0 ? undefined : limit }) ?? [];
    return { n: found.length, ...OK };
  },
};

const distinct: Command = {
  fields: ['key', 'query'],
  run(call) {
    const { fields } = call;
    const path = fields['key'];
    if (typeof path !== 'string') throw new CommandError(14, "BSON field 'distinct.key' must be a string");
    const filter = documentField(fields, 'query', 'distinct') ?? {};
    compileFilter(filter);
    const values = new Map<string, unknown>();
    for (const { version } of collectionOf(call)?.select({ filter }) ?? []) {
      const found = valuesAt(version, path).flatMap((value): readonly unknown[] =>
        Array.isArray(value) ? value : [value],
      );
      for (const value of found) if (value !== undefined) values.set(orderKey(value), value);
    }
    return { values: [...values.values()], ...OK };
  },
};

function cursorId(value: unknown): bigint {
  if (isLong(value)) return value.toBigInt();
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw new CommandError(14, `A cursor id must be a long, got ${shown(value)}`);
}

function cursorNamespace(call: CommandCall, field: string): string {
  const collection = call.fields[field];
  if (typeof collection !== 'string') throw new CommandError(14, `BSON field '${call.name}.${field}' must be a string`);
  return `${call.database}.${collection}`;
}

const getMore: Command = {
  fields: ['collection', 'batchSize'],
  run(call) {
    const batchSize = countField(call.fields, 'batchSize', 'getMore') ?? 0;
    const namespace = cursorNamespace(call, 'collection');
    return call.cursors.next(cursorId(call.fields['getMore']), namespace, batchSize === 0 ? undefined : batchSize);
  },
};

const killCursors: Command = {
  fields: ['cursors'],
  run(call) {
    const ids = call.fields['cursors'];
    if (!Array.isArray(ids)) throw new CommandError(14, "BSON field 'killCursors.cursors' must be an array");
    const namespace = cursorNamespace(call, 'killCursors');
    const cursorsKilled: unknown[] = [];
    const cursorsNotFound: unknown[] = [];
    for (const id of ids.map(cursorId))
      (call.cursors.kill(id, namespace) ? cursorsKilled : cursorsNotFound).push(Long.fromBigInt(id));
    return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [], ...OK };
  },
};

export const readCommands = { find, count, distinct, getMore, killCursors };
