import { eventually } from '@rentalbook/test-kit';
import mongoose from 'mongoose';
import { startEngine, type Fields, type RunningEngine, type TestCollection } from './support';

const { Double, Int32, Long } = mongoose.mongo;

let running: RunningEngine;
beforeAll(async () => {
  running = await startEngine({ ttlSweepMs: 20 });
});
afterAll(() => running.stop());

describe('expiry', () => {
  it('removes a document some time after the date in its field, and no other', async () => {
    const answers = running.fresh();
    await answers.createIndex({ at: 1 }, { expireAfterSeconds: 3600 }, undefined);
    const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 3_600_000);
    await answers.insertMany([
      { _id: 'old', at: hoursAgo(2) },
      { _id: 'young', at: hoursAgo(0.5) },
      { _id: 'list', at: [hoursAgo(0), hoursAgo(3)] },
      { _id: 'number', at: 1 },
      { _id: 'none' },
    ]);
    await eventually(async () => (await answers.countDocuments({})) <= 3);
    expect((await answers.find().toArray()).map(({ _id }) => _id)).toEqual(['young', 'number', 'none']);
  });
});

describe('cursors', () => {
  const openCursors = async ({ db }: RunningEngine = running): Promise<unknown> => {
    const status = (await db.command({ serverStatus: 1 })) as {
      metrics: { cursor: { open: { total: number } } };
    };
    return status.metrics.cursor.open.total;
  };
  const filled = async ({ fresh }: RunningEngine = running): Promise<TestCollection> => {
    const books = fresh();
    await books.insertMany(Array.from({ length: 10 }, (_, _id) => ({ _id, deep: { n: 0 } })));
    return books;
  };

  it('keep showing the versions that were found', async () => {
    const books = await filled();
    const cursor = books.find().sort({ _id: 1 }).batchSize(2);
    await cursor.next();
    await books.updateMany({}, { $set: { 'deep.n': 1 } });
    await books.deleteOne({ _id: 9 });
    const rest = await cursor.toArray();
    expect(rest).toHaveLength(9);
    expect(rest.every(({ deep }) => (deep as { n: number }).n === 0)).toBe(true);
  });

  it('are gone when they are closed early, read to the end, or wanted only once', async () => {
    const books = await filled();
    await eventually(async () => (await openCursors()) === 0);
    const cursor = books.find().batchSize(2);
    await cursor.next();
    expect(await openCursors()).toBe(1);
    await cursor.close();
    expect(await openCursors()).toBe(0);
    await books.find().batchSize(3).toArray();
    await running.db.command({ find: books.collectionName, batchSize: 2, singleBatch: true });
    expect(await openCursors()).toBe(0);
  });

  it('are closed when no client asks for more', async () => {
    const impatient = await startEngine({ ttlSweepMs: 20, cursorIdleMs: 150 });
    try {
      const books = await filled(impatient);
      const cursor = books.find().batchSize(2);
      await cursor.next();
      await eventually(async () => (await openCursors(impatient)) === 0);
      await expect(cursor.toArray()).rejects.toMatchObject({ code: 43 });
    } finally {
      await impatient.stop();
    }
  });

  it('are not open to readers of another collection', async () => {
    const books = await filled();
    const { cursor } = (await running.db.command(
      { find: books.collectionName, batchSize: 2 },
      { promoteLongs: false },
    )) as {
      cursor: { id: mongoose.mongo.Long };
    };
    await expect(running.db.command({ getMore: cursor.id, collection: 'other' })).rejects.toThrow(/belongs to/);
  });
});

describe('stored documents', () => {
  it('are not changed by what an aggregation makes of them', async () => {
    const books = running.fresh();
    const book = { _id: 1, deep: { a: 1 }, n: 1 };
    await books.insertOne(book);
    const pipelines = [
      [{ $addFields: { n: 2, made: 'here' } }],
      [{ $project: { deep: 1, x: '$$NOW' } }, { $unset: 'deep.a' }],
      [{ $unset: 'deep' }, { $addFields: { n: 3 } }, { $addFields: { n: 4 } }],
    ];
    for (const pipeline of pipelines) {
      await books.aggregate(pipeline).toArray();
      expect(await books.findOne({})).toEqual(book);
    }
  });

  it('get added fields behind their own, and a field that they have in its place', async () => {
    const books = running.fresh();
    await books.insertOne({ _id: 1, title: 'Größe', n: 1 });
    const added = async (fields: Fields) =>
      JSON.stringify((await books.aggregate([{ $addFields: fields }]).toArray())[0]);
    expect(await added({ read: 3, flag: true })).toBe('{"_id":1,"title":"Größe","n":1,"read":3,"flag":true}');
    expect(await added({ read: 3, title: 'x' })).toBe('{"_id":1,"title":"x","n":1,"read":3}');
  });

  it('show the fields asked for in their own order', async () => {
    const books = running.fresh();
    await books.insertOne({ z: 1, _id: 1, a: { c: 1, b: 2 } });
    const found = await books.findOne({}, { projection: { a: 1, z: 1 } });
    expect(JSON.stringify(found)).toBe('{"_id":1,"z":1,"a":{"c":1,"b":2}}');
  });
});

describe('numbers', () => {
  const raw = async (collection: TestCollection) => collection.findOne({ _id: 1 }, { promoteValues: false });

  it('keep their type when they are calculated with', async () => {
    const books = running.fresh();
    await books.insertOne({
      _id: 1,
      int: 2147483647,
      double: new Double(1),
      long: Long.fromString('9007199254740993'),
      same: new Double(5),
    });
    await books.updateOne({ _id: 1 }, { $inc: { int: 1, double: 1, long: 1, made: 1 } });
    expect(await raw(books)).toMatchObject({
      int: Long.fromString('2147483648'),
      double: new Double(2),
      long: Long.fromString('9007199254740994'),
      made: new Int32(1),
    });
  });

  it('compare by value whatever their type, also beyond what a double holds', async () => {
    const books = running.fresh();
    const big = (end: number): mongoose.mongo.Long => Long.fromString(`90071992547409${end}`);
    await books.insertMany([
      { _id: 1, n: new Double(3) },
      { _id: 2, n: Long.fromNumber(3) },
      { _id: 3, n: big(92) },
      { _id: 4, n: big(93) },
    ]);
    expect(await books.countDocuments({ n: 3 })).toBe(2);
    expect((await books.find({ n: { $gt: big(92) } }).toArray()).map(({ _id }) => _id)).toEqual([4]);
    await books.createIndex({ n: 1 }, undefined, undefined);
    expect((await books.find({ n: big(92) }).toArray()).map(({ _id }) => _id)).toEqual([3]);
  });

  it('change a document when only their type changes', async () => {
    const books = running.fresh();
    await books.insertOne({ _id: 1, n: 1 });
    expect(await books.updateOne({ _id: 1 }, { $set: { n: 1 } })).toMatchObject({ modifiedCount: 0 });
    expect(await books.updateOne({ _id: 1 }, { $set: { n: new Double(1) } })).toMatchObject({ modifiedCount: 1 });
    expect(await raw(books)).toMatchObject({ n: new Double(1) });
  });
});

describe('errors', () => {
  it('of a duplicate key name the index, the pattern and the value', async () => {
    const books = running.fresh();
    await books.insertOne({ _id: 'x' });
    await expect(books.insertOne({ _id: 'x' })).rejects.toMatchObject({
      code: 11_000,
      keyPattern: { _id: 1 },
      keyValue: { _id: 'x' },
      message: `E11000 duplicate key error collection: ${books.namespace} index: _id_ dup key: { _id: "x" }`,
    });
  });

  it('leave a document and its indexes as they were', async () => {
    const books = running.fresh();
    await books.createIndex({ a: 1, b: 1 }, undefined, undefined);
    await books.createIndex({ n: 1 }, undefined, undefined);
    await books.insertOne({ _id: 1, a: [1, 2], n: 1 });
    await expect(books.updateOne({ _id: 1 }, { $set: { b: [1, 2], n: 2 } })).rejects.toMatchObject({ code: 171 });
    expect(await books.findOne({ n: 1 })).toEqual({ _id: 1, a: [1, 2], n: 1 });
    expect(await books.countDocuments({ n: 2 })).toBe(0);
    await expect(books.insertOne({ _id: 2, a: [1, 2], b: [3, 4] })).rejects.toMatchObject({ code: 171 });
    expect(await books.findOne({ _id: 2 })).toBeNull();
  });
});

// Not among the features that every server is tried with: mongo-java-server has no $unionWith, and reads are sent one by one there.
describe('a union', () => {
  it('joins the pipelines of several collections, each with a limit of its own', async () => {
    const [rentals, loans] = [running.fresh(), running.fresh()];
    await rentals.insertMany([
      { _id: 1, book: 'a' },
      { _id: 2, book: 'b' },
    ]);
    await loans.insertMany([
      { _id: 3, book: 'a' },
      { _id: 4, book: 'a' },
      { _id: 5, book: 'b' },
    ]);
    const newest = [{ $match: { book: 'a' } }, { $sort: { _id: -1 } }, { $limit: 1 }];
    const rows = await rentals
      .aggregate([
        ...newest,
        { $unionWith: { coll: loans.collectionName, pipeline: [...newest, { $addFields: { now: '$$NOW' } }] } },
        { $unionWith: { coll: loans.collectionName, pipeline: [{ $match: { book: 'a' } }, { $count: 'n' }] } },
        { $unionWith: { coll: 'a collection that does not exist', pipeline: [{ $count: 'n' }] } },
        { $unionWith: { coll: rentals.collectionName, pipeline: [] } },
      ])
      .toArray();
    expect(rows).toHaveLength(5);
    expect(rows).toEqual(
      expect.arrayContaining([
        { _id: 1, book: 'a' },
        { _id: 4, book: 'a', now: expect.any(Date) as Date },
        { n: 2 },
        { _id: 2, book: 'b' },
      ]),
    );
  });
});
