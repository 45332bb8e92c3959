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
    ['a collection with options', { create: 'capped', capped: true, size: 1 }, 59, 'create'],
    ['skipping', find({ skip: 1 }), 40415, 'find.skip'],
    ['another answer of findAndModify', { findAndModify: 'books', update: { $set: { a: 1 } }, new: true }, 9, 'new'],
    ['a removal by findAndModify', { findAndModify: 'books', remove: true }, 9, 'remove'],
    ['a read concern of a snapshot', find({ readConcern: { level: 'snapshot' } }), 72, 'snapshot'],
    ['more acknowledgements than servers', { ...find({}), writeConcern: { w: 3 } }, 72, '3'],
    ['a negative limit', find({ limit: -1 }), 2, 'limit'],
    ['a filter that is no document', find({ filter: 1 }), 14, 'filter'],
    ['a collection of the system', { find: 'system.users' }, 73, 'system.users'],
    ['an aggregation over a database', { aggregate: 1, pipeline: [], cursor: {} }, 73, 'aggregate'],
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
    ['an unknown operator below $or', { $or: [{ a: { $not: { $frob: 1 } } }] }, '$frob'],
    ['elements of an array', { a: { $elemMatch: { b: 1 } } }, '$elemMatch'],
    ['the size of an array', { a: { $size: 1 } }, '$size'],
    ['types', { a: { $type: 'string' } }, '$type'],
    ['$nor', { $nor: [{ a: 1 }] }, '$nor'],
    ['JavaScript', { $where: 'true' }, '$where'],
    ['text search', { $text: { $search: 'x' } }, '$text'],
    ['geometry', { a: { $near: [0, 0] } }, '$near'],
    ['expressions', { $expr: { $eq: ['$a', 1] } }, '$expr'],
    ['bits', { a: { $bitsAllSet: 1 } }, '$bitsAllSet'],
    ['the options of a regular expression', { a: { $regex: 'a', $options: 'i' } }, '$options'],
    ['a regular expression as a value', { a: /a/ }, 'regular expression'],
    ['a broken regular expression', { a: { $regex: '(' } }, '('],
    ['an empty $or', { $or: [] }, '$or'],
    ['$in without an array', { a: { $in: 1 } }, '$in'],
    ['a decimal', { a: mongoose.mongo.Decimal128.fromString('1') }, 'Decimal128'],
  ])('refuses %s and names it, even where there is no document', async (_what, filter, named) => {
    for (const collection of ['books', 'nothing']) {
      const refusal = await refusalOf({ find: collection, filter });
      expect([2, 115]).toContain(refusal.code);
      expect(refusal.message).toContain(named);
    }
  });

  it('refuses a place in an array where one stands', async () => {
    const lists = running.fresh();
    await lists.insertOne({ _id: 1, list: [{ n: 1 }] });
    await expect(lists.find({ 'list.0.n': 1 }).toArray()).rejects.toThrow(/'0'/);
  });

  it.each([
    ['a computed field', { x: { $add: [1, 1] } }, '$add'],
    ['a part of an array', { x: { $slice: 1 } }, '$slice'],
    ['the element that matched', { 'a.$': 1 }, 'a.$'],
    ['fields shown and hidden', { a: 1, b: 0 }, 'b'],
  ])('refuses a projection of %s', async (_what, projection, named) => {
    expect((await refusalOf(find({ projection }))).message).toContain(named);
  });

  it('refuses a sort by a score', async () => {
    expect((await refusalOf(find({ sort: { s: { $meta: 'textScore' } } }))).message).toContain("'s'");
  });
});

describe('aggregations', () => {
  it.each(['$out', '$merge', '$lookup', '$facet', '$changeStream', '$skip', '$replaceRoot', '$unwind', '$frob'])(
    'refuses the stage %s and names it',
    async (stage) => {
      const refusal = await refusalOf(aggregate({ [stage]: {} }));
      expect(refusal.code).toBe(40324);
      expect(refusal.message).toContain(stage);
    },
  );

  it('refuses to select in the middle of a pipeline', async () => {
    for (const selecting of [{ $match: {} }, { $sort: { _id: 1 } }, { $limit: 1 }]) {
      const refusal = await refusalOf(aggregate({ $addFields: { a: 1 } }, selecting));
      expect(refusal.message).toContain(`'${Object.keys(selecting)[0] ?? ''}'`);
    }
  });

  it.each([
    ['an unknown expression', { $addFields: { a: { $frob: 1 } } }, 168, '$frob'],
    ['the value of a field', { $addFields: { a: '$b' } }, 168, '$b'],
    ['a computed field inside another', { $addFields: { 'a.b': 1 } }, 2, 'a.b'],
    ['a projection without flags', { $project: { a: '$$NOW' } }, 2, '$project'],
    ['groups', { $group: { _id: '$a', n: { $sum: 1 } } }, 168, '$group'],
    ['another accumulator', { $group: { _id: 1, n: { $avg: 1 } } }, 168, '$group'],
    ['an unknown variable', { $addFields: { a: '$$WHO' } }, 168, 'WHO'],
    ['fields to unset', { $unset: ['a'] }, 2, '$unset'],
    ['a union with a whole collection', { $unionWith: 'books' }, 9, '$unionWith'],
    ['a stage of two', { $match: {}, $limit: 1 }, 40324, 'exactly one'],
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
    ['an unsupported operator', update({ $addToSet: { a: 1 } }), 9, '$addToSet'],
    ['$currentDate of a timestamp', update({ $currentDate: { a: { $type: 'timestamp' } } }), 2, 'timestamp'],
    ['the first elements', update({ $push: { a: { $each: [], $slice: 2 } } }), 2, '$slice'],
    ['a pipeline', update([{ $set: { a: 1 } }]), 9, 'pipeline'],
    ['the positional operator', update({ $set: { 'a.$': 1 } }), 2, 'a.$'],
    ['an unknown $push clause', update({ $push: { a: { $each: [], $frob: 1 } } }), 2, '$frob'],
    ['the elements of an array', update({ $set: { 'a.$[x]': 1 } }), 2, 'a.$[x]'],
    ['array filters', update({ $set: { a: 1 } }, { arrayFilters: [{ x: 1 }] }), 40415, 'arrayFilters'],
    ['a collation', update({ $set: { a: 1 } }, { collation: { locale: 'de' } }), 40415, 'collation'],
    ['a hint', update({ $set: { a: 1 } }, { hint: 'a' }), 40415, 'hint'],
    ['many replacements', update({ a: 1 }, { multi: true }), 9, 'multi'],
    ['operators beside fields', update({ a: 1, $set: { b: 1 } }), 52, '$set'],
    ['a field below a number', update({ $set: { '_id.a': 1 } }), 28, "'a'"],
    ['a field that changes a prototype', update({ $set: { 'a.__proto__': 1 } }), 2, '__proto__'],
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
    ['unique keys', { key: { a: 1 }, unique: true }, 'unique'],
    ['a part of the documents', { key: { a: 1 }, partialFilterExpression: { a: 1 } }, 'partialFilterExpression'],
    ['expiry by two fields', { key: { a: 1, b: 1 }, expireAfterSeconds: 1 }, 'single-field'],
  ])('refuses one of %s and names it', async (_what, index, named) => {
    expect((await refusalOf(createIndex(index))).message).toContain(named);
  });

  it('refuses one that the documents do not allow, and keeps none of the command', async () => {
    const books = running.fresh();
    await books.insertOne({ _id: 1, a: [1, 2], b: [3, 4] });
    const fine = { key: { a: 1 as const }, name: 'fine' };
    await expect(books.createIndexes([fine, { key: { a: 1, b: 1 }, name: 'broken' }])).rejects.toMatchObject({
      code: 171,
    });
    expect(await running.db.command({ createIndexes: books.collectionName, indexes: [fine] })).toMatchObject({
      numIndexesBefore: 1,
      numIndexesAfter: 2,
    });
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
