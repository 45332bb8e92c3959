import mongoose from 'mongoose';
import { changes, startEngine, type Fields, type RunningEngine } from './support';

let running: RunningEngine;
beforeAll(async () => {
  running = await startEngine();
  await running.db.collection<{ _id: number }>('books').insertOne({ _id: 1 });
});
afterAll(() => running.stop());

/** Sends a command as it is and returns the refusal. */
async function refusalOf(command: Fields): Promise<{ code: unknown; message: string }> {
  const answer: unknown = await running.db.command(command).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(answer instanceof mongoose.mongo.MongoServerError)) throw new Error(`was not refused: ${String(answer)}`);
  return { code: answer.code, message: answer.message };
}

const find = (more: Fields): Fields => ({ find: 'books', ...more });
const aggregate = (...pipeline: Fields[]): Fields => ({ aggregate: 'books', pipeline, cursor: {} });
const update = (u: unknown, more: Fields = {}): Fields => ({ update: 'books', updates: [{ q: {}, u, ...more }] });
const createIndex = (index: Fields): Fields => ({ createIndexes: 'books', indexes: [{ name: 'x', ...index }] });

describe('commands', () => {
  it.each([
    ['an unknown command', { frobnicate: 1 }, 59, 'frobnicate'],
    ['mapReduce', { mapReduce: 'books' }, 59, 'mapReduce'],
    ['the end of a transaction', { commitTransaction: 1 }, 59, 'commitTransaction'],
    ['a transaction number', { ...find({}), txnNumber: mongoose.mongo.Long.ONE }, 20, 'txnNumber'],
    ['an unknown option', find({ frob: 1 }), 40415, 'find.frob'],
    ['a hint', find({ hint: 'x' }), 40415, 'find.hint'],
    ['a collation', find({ collation: { locale: 'de' } }), 40415, 'find.collation'],
    ['a tailable cursor', find({ tailable: true }), 40415, 'find.tailable'],
    ['variables', find({ let: { a: 1 } }), 40415, 'find.let'],
    ['a capped collection', { create: 'capped', capped: true, size: 1 }, 40415, 'create.capped'],
    ['a validator', { create: 'strict', validator: {} }, 40415, 'create.validator'],
    ['a read concern of a snapshot', find({ readConcern: { level: 'snapshot' } }), 72, 'snapshot'],
    ['more acknowledgements than servers', { ...find({}), writeConcern: { w: 3 } }, 100, '3'],
    ['a negative limit', find({ limit: -1 }), 2, 'find.limit'],
    ['a filter that is no document', find({ filter: 1 }), 14, 'find.filter'],
    ['a collection of the system', { find: 'system.users' }, 73, 'system.users'],
    ['an aggregation over a database', { aggregate: 1, pipeline: [], cursor: {} }, 73, 'database'],
    ['an unknown cursor', { getMore: mongoose.mongo.Long.fromNumber(7), collection: 'books' }, 43, '7'],
  ])('refuses %s and names it', async (_what, command, code, named) => {
    const refusal = await refusalOf(command);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(named);
  });
});

describe('queries', () => {
  it.each([
    ['an unknown operator', { a: { $frob: 1 } }, '$frob'],
    ['an unknown operator at the top', { $frob: 1 }, '$frob'],
    ['an operator inside an array element', { a: { $elemMatch: { b: { $frob: 1 } } } }, '$frob'],
    ['JavaScript', { $where: 'true' }, '$where'],
    ['text search', { $text: { $search: 'x' } }, '$text'],
    ['geometry', { a: { $near: [0, 0] } }, '$near'],
    ['expressions', { $expr: { $eq: ['$a', 1] } }, '$expr'],
    ['bits', { a: { $bitsAllSet: 1 } }, '$bitsAllSet'],
    ['an extended regular expression', { a: { $regex: 'a', $options: 'x' } }, "'x'"],
    ['a broken regular expression', { a: { $regex: '(' } }, '('],
    ['an empty $or', { $or: [] }, '$or'],
    ['$in without an array', { a: { $in: 1 } }, '$in'],
  ])('refuses %s and names it, even where there is no document', async (_what, filter, named) => {
    for (const collection of ['books', 'nothing']) {
      const refusal = await refusalOf({ find: collection, filter });
      expect(refusal.code).toBe(2);
      expect(refusal.message).toContain(named);
    }
  });

  it.each([
    ['a computed field', { x: { $add: [1, 1] } }, '$add'],
    ['the element that matched', { 'a.$': 1 }, 'a.$'],
    ['fields shown and hidden', { a: 1, b: 0 }, 'b'],
  ])('refuses a projection of %s', async (_what, projection, named) => {
    expect((await refusalOf(find({ projection }))).message).toContain(named);
  });

  it('refuses a sort by a score', async () => {
    expect((await refusalOf(find({ sort: { s: { $meta: 'textScore' } } }))).message).toContain('textScore');
  });
});

describe('aggregations', () => {
  it.each(['$out', '$merge', '$lookup', '$facet', '$changeStream', '$geoNear', '$search', '$frob', '$setWindowFields'])(
    'refuses the stage %s and names it',
    async (stage) => {
      const refusal = await refusalOf(aggregate({ [stage]: {} }));
      expect(refusal.code).toBe(40324);
      expect(refusal.message).toContain(stage);
    },
  );

  it.each([
    ['an unknown expression', { $addFields: { a: { $frob: 1 } } }, 168, '$frob'],
    ['a nested unknown expression', { $addFields: { a: { $cond: [true, { $frob: 1 }, 1] } } }, 168, '$frob'],
    ['an unsupported expression', { $addFields: { a: { $function: {} } } }, 168, '$function'],
    ['an unknown accumulator', { $group: { _id: null, a: { $frob: 1 } } }, 168, '$frob'],
    ['an unknown variable', { $addFields: { a: '$$WHO' } }, 2, 'WHO'],
    ['a stage of two', { $match: {}, $limit: 1 }, 40324, 'exactly one'],
    ['an unknown $unwind option', { $unwind: { path: '$a', frob: 1 } }, 2, 'frob'],
  ])('refuses %s, even where there is no document', async (_what, stage, code, named) => {
    for (const collection of ['books', 'nothing']) {
      const refusal = await refusalOf({ aggregate: collection, pipeline: [stage], cursor: {} });
      expect(refusal.code).toBe(code);
      expect(refusal.message).toContain(named);
    }
  });

  it('refuses options it does not honour', async () => {
    expect((await refusalOf({ ...aggregate(), explain: true })).message).toContain('aggregate.explain');
    expect((await refusalOf({ ...aggregate(), allowDiskUse: true })).message).toContain('aggregate.allowDiskUse');
  });
});

describe('updates', () => {
  /** A statement's refusal stands among the write errors of a command that is ok. */
  const writeErrorOf = async (command: Fields): Promise<Fields> => {
    const answer = (await running.db.command(command)) as { writeErrors?: Fields[] };
    const [error] = answer.writeErrors ?? [];
    if (!error) throw new Error('was not refused');
    return error;
  };

  it.each([
    ['an unknown operator', update({ $frob: { a: 1 } }), 9, '$frob'],
    ['an unsupported operator', update({ $bit: { a: { and: 1 } } }), 9, '$bit'],
    ['a pipeline', update([{ $set: { a: 1 } }]), 9, 'pipeline'],
    ['the positional operator', update({ $set: { 'a.$': 1 } }), 2, 'a.$'],
    ['an unknown $push clause', update({ $push: { a: { $each: [], $frob: 1 } } }), 2, '$frob'],
    ['a missing array filter', update({ $set: { 'a.$[x]': 1 } }), 2, 'x'],
    ['an unused array filter', update({ $set: { a: 1 } }, { arrayFilters: [{ x: 1 }] }), 9, 'x'],
    ['a collation', update({ $set: { a: 1 } }, { collation: { locale: 'de' } }), 40415, 'collation'],
    ['a hint', update({ $set: { a: 1 } }, { hint: 'a' }), 40415, 'hint'],
    ['many replacements', update({ a: 1 }, { multi: true }), 9, 'multi'],
    ['operators beside fields', update({ a: 1, $set: { b: 1 } }), 52, '$set'],
    ['a field below a number', update({ $set: { '_id.a': 1 } }), 28, "'a'"],
    ['a delete of two', { delete: 'books', deletes: [{ q: {}, limit: 2 }] }, 9, 'limit'],
    ['an id that is an array', { insert: 'books', documents: [{ _id: [1] }] }, 53, 'array'],
    ['a field with a dollar', { insert: 'books', documents: [{ _id: 2, $a: 1 }] }, 52, '$a'],
  ])('refuses %s and names it', async (_what, command, code, named) => {
    const error = await writeErrorOf(command);
    expect(error['code']).toBe(code);
    expect(String(error['errmsg'])).toContain(named);
    expect(await running.db.collection('books').find().toArray()).toEqual([{ _id: 1 }]);
  });

  it('refuses a document that grew beyond 16 MB and leaves it as it was', async () => {
    const books = running.fresh();
    await books.insertOne({ _id: 1, text: ['x'.repeat(10_000_000)] });
    const grow = books.updateOne({ _id: 1 }, changes({ $push: { text: 'x'.repeat(10_000_000) } }));
    await expect(grow).rejects.toMatchObject({ code: 10334 });
    expect((await books.findOne({ _id: 1 }))?.['text']).toHaveLength(1);
  });
});

describe('indexes', () => {
  it.each([
    ['text', { key: { a: 'text' } }, 'text'],
    ['geometry', { key: { a: '2dsphere' } }, '2dsphere'],
    ['hashes', { key: { a: 'hashed' } }, 'hashed'],
    ['a collation', { key: { a: 1 }, collation: { locale: 'de' } }, 'collation'],
    ['a wildcard', { key: { '$**': 1 } }, '$**'],
    ['an unknown option', { key: { a: 1 }, frob: 1 }, 'frob'],
    ['expiry by two fields', { key: { a: 1, b: 1 }, expireAfterSeconds: 1 }, 'single-field'],
  ])('refuses one of %s and names it', async (_what, index, named) => {
    expect((await refusalOf(createIndex(index))).message).toContain(named);
  });

  it('refuses a unique index that the documents do not allow, and keeps none of the command', async () => {
    const books = running.fresh();
    await books.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
    ]);
    await expect(
      books.createIndexes([
        { key: { _id: 1, a: 1 }, name: 'fine' },
        { key: { a: 1 }, name: 'broken', unique: true },
      ]),
    ).rejects.toMatchObject({ code: 11000 });
    expect((await books.indexes()).map(({ name }) => name)).toEqual(['_id_']);
  });

  it('refuses another index of the same name', async () => {
    const books = running.fresh();
    await books.createIndex({ a: 1 }, { name: 'one' }, undefined);
    await books.createIndex({ a: 1 }, { name: 'one' }, undefined);
    await expect(books.createIndex({ b: 1 }, { name: 'one' }, undefined)).rejects.toMatchObject({ code: 85 });
  });
});

describe('transactions and change streams', () => {
  it('refuses a transaction and says so', async () => {
    const session = running.connection.getClient().startSession();
    try {
      session.startTransaction();
      await expect(running.fresh().insertOne({ _id: 1 }, { session })).rejects.toThrow(/transaction/i);
    } finally {
      await session.abortTransaction().catch(() => undefined);
      await session.endSession();
    }
  });

  it('refuses a change stream and says so', async () => {
    const stream = running.fresh().watch();
    await expect(stream.next()).rejects.toThrow(/\$changeStream/);
    await stream.close();
  });
});
