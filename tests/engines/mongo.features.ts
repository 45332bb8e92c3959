import mongoose, { Schema, type Connection } from 'mongoose';
import { randomUUID } from 'node:crypto';

export interface MongoEngine {
  readonly url: string;
  close(): Promise<void>;
}

interface Row extends mongoose.mongo.Document {
  _id: string | number | mongoose.mongo.ObjectId;
}
type Collection = mongoose.mongo.Collection<Row>;
type Filter = mongoose.mongo.Filter<Row>;

/** The driver's types know the operators on arrays only for fields that a schema declares as such. */
const changes = (update: mongoose.mongo.Document): mongoose.mongo.UpdateFilter<Row> => update;

const SETTINGS =
  'w=majority&journal=true&readConcernLevel=majority&serverSelectionTimeoutMS=60000&socketTimeoutMS=60000&waitQueueTimeoutMS=60000';
const DUPLICATE_KEY = 11_000;
const { Binary, Decimal128, Double, Int32, Long, ObjectId } = mongoose.mongo;

/** What every MongoDB that this system runs on has to do, asked by unmodified mongoose. */
export function mongoFeatures(name: string, engine: () => Promise<MongoEngine>): void {
  describe(`MongoDB features on ${name}`, () => {
    let running: MongoEngine;
    let connection: Connection;
    let collections = 0;

    const database = (): mongoose.mongo.Db => {
      if (!connection.db) throw new Error('not connected');
      return connection.db;
    };
    /** A collection that no other test uses. */
    const fresh = (): Collection => database().collection<Row>(`test${(collections += 1)}`);

    beforeAll(async () => {
      running = await engine();
      connection = await mongoose
        .createConnection(`${running.url}/features-${randomUUID()}?${SETTINGS}`, { maxPoolSize: 20 })
        .asPromise();
    });

    afterAll(async () => {
      await connection.dropDatabase();
      await connection.close();
      await running.close();
    });

    describe('conditional writes', () => {
      it('lets exactly one of 50 concurrent writers win each revision', async () => {
        const books = fresh();
        await books.insertOne({ _id: 'book', revision: 0, winners: [] });
        for (let revision = 0; revision < 5; revision += 1) {
          const results = await Promise.all(
            Array.from({ length: 50 }, (_, writer) =>
              books.updateOne(
                { _id: 'book', revision },
                changes({ $inc: { revision: 1 }, $push: { winners: writer } }),
              ),
            ),
          );
          expect(results.filter(({ modifiedCount }) => modifiedCount === 1)).toHaveLength(1);
          expect(results.filter(({ matchedCount }) => matchedCount === 0)).toHaveLength(49);
        }
        const book = await books.findOne({ _id: 'book' });
        expect(book).toMatchObject({ revision: 5 });
        expect(book?.['winners']).toHaveLength(5);
      });

      it('lets exactly one of 50 concurrent inserts of one id win', async () => {
        const books = fresh();
        const results = await Promise.allSettled(
          Array.from({ length: 50 }, (_, writer) => books.insertOne({ _id: 'book', writer })),
        );
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const codes = results.flatMap((result) =>
          result.status === 'rejected' ? [(result.reason as { code?: unknown }).code] : [],
        );
        expect(new Set(codes)).toEqual(new Set([DUPLICATE_KEY]));
      });

      it('counts a document that stays the same as matched and not as modified', async () => {
        const books = fresh();
        await books.insertOne({ _id: 1, title: 'Momo', tags: ['a'] });
        for (const same of [{ $set: { title: 'Momo' } }, { $pull: { tags: 'none' } }, { $unset: { author: 1 } }])
          expect(await books.updateOne({ _id: 1 }, changes(same))).toMatchObject({ matchedCount: 1, modifiedCount: 0 });
      });

      it('ends a guarded upsert in E11000 when the document has applied a later event', async () => {
        const views = fresh();
        const apply = (seq: number) =>
          views.updateOne(
            { _id: 'view', seq: { $lt: seq } },
            changes({ $set: { seq }, $push: { history: seq }, $setOnInsert: { first: seq } }),
            { upsert: true },
          );
        expect(await apply(5)).toMatchObject({ upsertedCount: 1, upsertedId: 'view' });
        expect(await apply(7)).toMatchObject({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0 });
        await expect(apply(7)).rejects.toMatchObject({ code: DUPLICATE_KEY });
        await expect(apply(6)).rejects.toMatchObject({ code: DUPLICATE_KEY });
        expect(await views.findOne({ _id: 'view' })).toEqual({ _id: 'view', seq: 7, history: [5, 7], first: 5 });
      });

      it('lets a guard that negates a comparison match a document without the field', async () => {
        const views = fresh();
        await views.insertOne({ _id: 'view' });
        const guard = (seq: number) => ({ _id: 'view', 'seen.rental': { $not: { $gte: seq } } });
        expect(await views.updateOne(guard(2), { $set: { 'seen.rental': 2 } })).toMatchObject({ modifiedCount: 1 });
        expect(await views.updateOne(guard(2), { $set: { 'seen.rental': 2 } })).toMatchObject({ matchedCount: 0 });
        expect(await views.updateOne(guard(3), { $set: { 'seen.rental': 3 } })).toMatchObject({ modifiedCount: 1 });
      });

      it('gives an upserted document the equalities of the filter, and no other conditions', async () => {
        const views = fresh();
        await views.updateOne(
          {
            _id: 'view',
            seq: { $lt: 3 },
            member: { $eq: 'alice' },
            $and: [{ 'book.title': 'Momo' }, { old: { $gt: 1 } }],
          },
          { $set: { seq: 3 } },
          { upsert: true },
        );
        expect(await views.findOne({ _id: 'view' })).toEqual({
          _id: 'view',
          member: 'alice',
          book: { title: 'Momo' },
          seq: 3,
        });
      });

      it('answers findOneAndUpdate with the document before, which for an upsert is none', async () => {
        const answers = fresh();
        const claim = (by: string) =>
          answers.findOneAndUpdate(
            { _id: 'key' },
            { $setOnInsert: { by }, $currentDate: { seenAt: true } },
            { upsert: true, returnDocument: 'before' },
          );
        expect(await claim('first')).toBeNull();
        const before = await claim('second');
        expect(before).toMatchObject({ _id: 'key', by: 'first' });
        expect(before?.['seenAt']).toBeInstanceOf(Date);
        expect(await answers.countDocuments({})).toBe(1);
      });
    });

    describe('update operators', () => {
      it('pushes several elements and keeps the last ones', async () => {
        const books = fresh();
        await books.insertOne({ _id: 1, commands: [1, 2, 3] });
        await books.updateOne(
          { _id: 1 },
          changes({ $push: { commands: { $each: [4, 5], $slice: -4 }, outbox: { $each: [] } } }),
        );
        expect(await books.findOne({ _id: 1 })).toEqual({ _id: 1, commands: [2, 3, 4, 5], outbox: [] });
        await books.updateOne({ _id: 1 }, changes({ $push: { outbox: 'a', 'deep.list': 1 } }));
        expect(await books.findOne({ _id: 1 })).toMatchObject({ outbox: ['a'], deep: { list: [1] } });
      });

      it('pulls the elements that fulfil a condition', async () => {
        const books = fresh();
        const outbox = [1, 2, 3, 4].map((seq) => ({ seq, event: { eventType: 'Checked' } }));
        await books.insertOne({ _id: 1, outbox, numbers: [1, 5, 9] });
        await books.updateOne({ _id: 1 }, changes({ $pull: { outbox: { seq: { $lte: 2 } }, numbers: { $gt: 4 } } }));
        const book = await books.findOne({ _id: 1 });
        expect(book).toEqual({ _id: 1, outbox: outbox.slice(2), numbers: [1] });
      });

      it('increments, keeps extremes and unsets', async () => {
        const books = fresh();
        await books.insertOne({ _id: 1, n: 1, low: 5, high: 5, gone: 1 });
        await books.updateOne(
          { _id: 1 },
          {
            $inc: { n: 2, 'deep.count': 1 },
            $min: { low: 4, made: 2 },
            $max: { high: 4 },
            $unset: { gone: 1, 'never.there': 1 },
          },
        );
        expect(await books.findOne({ _id: 1 })).toEqual({ _id: 1, n: 3, low: 4, high: 5, deep: { count: 1 }, made: 2 });
      });

      it('refuses paths in conflict, a change of the id and arithmetic on text', async () => {
        const books = fresh();
        await books.insertOne({ _id: 1, title: 'Momo', a: { b: 1 } });
        await expect(books.updateOne({ _id: 1 }, { $set: { a: 1, 'a.b': 2 } })).rejects.toMatchObject({ code: 40 });
        await expect(books.updateOne({ _id: 1 }, { $set: { _id: 2 } })).rejects.toMatchObject({ code: 66 });
        await expect(books.updateOne({ _id: 1 }, { $inc: { title: 1 } })).rejects.toMatchObject({ code: 14 });
        expect(await books.findOne({ _id: 1 })).toEqual({ _id: 1, title: 'Momo', a: { b: 1 } });
      });

      it('replaces a whole document and keeps its id', async () => {
        const books = fresh();
        await books.insertOne({ _id: 1, title: 'Momo' });
        expect(await books.replaceOne({ _id: 1 }, { author: 'Ende' })).toMatchObject({ modifiedCount: 1 });
        expect(await books.findOne({})).toEqual({ _id: 1, author: 'Ende' });
        await books.replaceOne({ _id: 2 }, { author: 'Lindgren' }, { upsert: true });
        expect(await books.findOne({ _id: 2 })).toEqual({ _id: 2, author: 'Lindgren' });
      });
    });

    describe('many writes at once', () => {
      const writes = [
        { insertOne: { document: { _id: 'a' } } },
        { insertOne: { document: { _id: 'a' } } },
        { updateOne: { filter: { _id: 'b' }, update: { $set: { n: 1 } }, upsert: true } },
        { deleteOne: { filter: { _id: 'c' } } },
      ];

      it('stops ordered writes at the first refusal', async () => {
        const books = fresh();
        await books.insertOne({ _id: 'c' });
        await expect(books.bulkWrite(writes)).rejects.toMatchObject({ code: DUPLICATE_KEY });
        expect((await books.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual(['a', 'c']);
      });

      it('tries all unordered writes and reports which were refused', async () => {
        const books = fresh();
        await books.insertOne({ _id: 'c' });
        const error: unknown = await books.bulkWrite(writes, { ordered: false }).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(mongoose.mongo.MongoBulkWriteError);
        const { writeErrors, result } = error as mongoose.mongo.MongoBulkWriteError;
        expect([writeErrors].flat().map(({ index, code }) => [index, code])).toEqual([[1, DUPLICATE_KEY]]);
        expect(result).toMatchObject({ upsertedCount: 1, deletedCount: 1 });
        expect((await books.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual(['a', 'b']);
      });

      it('updates and deletes many', async () => {
        const books = fresh();
        await books.insertMany(Array.from({ length: 10 }, (_, n) => ({ _id: n, even: n % 2 === 0 })));
        expect(await books.updateMany({ even: true }, { $set: { seen: 1 } })).toMatchObject({
          matchedCount: 5,
          modifiedCount: 5,
        });
        expect(await books.deleteMany({ seen: 1 })).toMatchObject({ deletedCount: 5 });
        expect(await books.countDocuments({})).toBe(5);
      });
    });

    describe('indexes', () => {
      it('lets a sparse index leave out documents without the field', async () => {
        const books = fresh();
        await books.createIndex({ dueAt: 1 }, { sparse: true }, undefined);
        await books.insertMany([{ _id: 1 }, { _id: 2, dueAt: 5 }, { _id: 3, dueAt: 2 }]);
        const ids = async (filter: Filter) =>
          (await books.find(filter).sort({ dueAt: 1 }).toArray()).map(({ _id }) => _id);
        expect(await ids({ dueAt: { $lte: 5 } })).toEqual([3, 2]);
        expect(await ids({ dueAt: null })).toEqual([1]);
        await books.updateOne({ _id: 2 }, { $unset: { dueAt: 1 } });
        expect(await ids({ dueAt: { $exists: true } })).toEqual([3]);
      });

      it('gives the same answers with an index and without', async () => {
        const [plain, indexed] = [fresh(), fresh()];
        await indexed.createIndex({ member: 1, at: -1, _id: -1 }, undefined, undefined);
        await indexed.createIndex({ tags: 1 }, undefined, undefined);
        await indexed.createIndex({ at: 1 }, { sparse: true }, undefined);
        const documents = Array.from({ length: 60 }, (_, n) => ({
          _id: n,
          member: `m${n % 4}`,
          ...(n % 5 > 0 && { at: (n * 7) % 13 }),
          tags: [`t${n % 3}`, `u${n % 7}`],
        }));
        await plain.insertMany(documents);
        await indexed.insertMany(documents);
        const filters = [
          { member: 'm1' },
          { member: { $in: ['m1', 'm3'] }, at: { $gte: 3, $lt: 9 } },
          { member: { $in: ['m0', 'm1', 'm3'] } },
          { member: { $in: ['m1', 'm2', null] }, at: { $in: [1, 5, 7, null] } },
          { member: 'm2', at: null },
          { tags: 't1' },
          { tags: { $gt: 't2', $lt: 'u1' } },
          { at: { $gt: 5 } },
          { at: { $exists: true } },
          { at: { $ne: 4 }, member: 'm0' },
          { $or: [{ at: { $lt: 2 } }, { at: 2, _id: { $lt: 30 } }], member: 'm1' },
          { _id: { $in: [5, 3, 99, 4] } },
        ];
        for (const filter of filters) {
          for (const sort of [{ _id: 1 }, { at: -1, _id: -1 }, { at: 1, _id: 1 }] as const) {
            const expected = await plain.find(filter).sort(sort).limit(7).toArray();
            expect(await indexed.find(filter).sort(sort).limit(7).toArray()).toEqual(expected);
          }
        }
      });
    });

    describe('reads', () => {
      it('gives the time of the database as $$NOW', async () => {
        const clock = fresh();
        await clock.insertOne({ _id: 'now' });
        const before = Date.now();
        const [row] = await clock.aggregate([{ $match: { _id: 'now' } }, { $addFields: { now: '$$NOW' } }]).toArray();
        expect(row?.['now']).toBeInstanceOf(Date);
        expect(Number(row?.['now'])).toBeGreaterThanOrEqual(before);
        expect(Number(row?.['now'])).toBeLessThanOrEqual(Date.now());
        expect(await clock.findOne({ _id: 'now' })).toEqual({ _id: 'now' });
      });

      it('fetches a result in batches', async () => {
        const books = fresh();
        await books.insertMany(Array.from({ length: 25 }, (_, n) => ({ _id: n })));
        const cursor = books.find().sort({ _id: 1 }).batchSize(10);
        const seen: unknown[] = [];
        for await (const { _id } of cursor) seen.push(_id);
        expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => n));
        expect(await books.find().sort({ _id: 1 }).batchSize(2).limit(5).toArray()).toHaveLength(5);
      });

      it('pages by key through equal sort values without a gap or a repeat', async () => {
        const entries = fresh();
        await entries.createIndex({ memberId: 1, createdAt: -1, _id: -1 }, undefined, undefined);
        const at = (n: number): Date => new Date(Date.UTC(2026, 0, 1 + Math.floor(n / 4)));
        await entries.insertMany(
          Array.from({ length: 30 }, (_, n) => ({ _id: `e${n}`, memberId: 'm', createdAt: at(n) })),
        );
        await entries.insertOne({ _id: 'other', memberId: 'n', createdAt: at(1) });
        const seen: unknown[] = [];
        let after: { readonly _id: Row['_id']; readonly createdAt?: unknown } | undefined;
        for (let page = 0; page < 10; page += 1) {
          const key = after && {
            $or: [{ createdAt: { $lt: after.createdAt } }, { createdAt: after.createdAt, _id: { $lt: after._id } }],
          };
          const found = await entries
            .find({ memberId: 'm', ...key })
            .sort({ createdAt: -1, _id: -1 })
            .limit(7)
            .toArray();
          seen.push(...found.map(({ _id }) => _id));
          after = found.at(-1);
          if (found.length < 7) break;
        }
        const all = await entries.find({ memberId: 'm' }).toArray();
        const expected = all
          .sort((a, b) => Number(b['createdAt']) - Number(a['createdAt']) || (String(a._id) < String(b._id) ? 1 : -1))
          .map(({ _id }) => _id);
        expect(seen).toEqual(expected);
      });

      it('counts', async () => {
        const rentals = fresh();
        await rentals.insertMany([
          { _id: 1, book: 'a', days: 3 },
          { _id: 2, book: 'b', days: 5 },
          { _id: 3, book: 'a', days: 4 },
        ]);
        const numberOf = (filter: Filter) => rentals.aggregate([{ $match: filter }, { $count: 'n' }]).toArray();
        expect(await numberOf({ days: { $gt: 3 } })).toEqual([{ n: 2 }]);
        expect(await numberOf({ book: 'c' })).toEqual([]);
        expect(await rentals.countDocuments({ book: 'a' })).toBe(2);
        expect(await rentals.countDocuments({ book: 'c' })).toBe(0);
        expect(await rentals.estimatedDocumentCount()).toBe(3);
      });

      it('makes rows of the fields that are asked for and of constants', async () => {
        const entries = fresh();
        await entries.insertMany([
          { _id: 1, memberId: 'a', history: [1], n: 1 },
          { _id: 2, memberId: 'b', history: [2], n: 2 },
          { _id: 3, memberId: 'b', history: [3], n: 3 },
        ]);
        const newest = [{ $match: { memberId: 'b' } }, { $sort: { _id: -1 } }, { $limit: 1 }];
        expect(
          await entries.aggregate([...newest, { $unset: 'history' }, { $addFields: { read: 7, n: 0 } }]).toArray(),
        ).toEqual([{ _id: 3, memberId: 'b', n: 0, read: 7 }]);
        const [row] = await entries.aggregate([...newest, { $project: { n: 1, now: '$$NOW' } }]).toArray();
        expect(row).toEqual({ _id: 3, n: 3, now: expect.any(Date) as Date });
      });

      it('finds text that has to be escaped in a regular expression', async () => {
        const books = fresh();
        await books.insertMany([
          { _id: 1, title: 'C++ (2nd ed.)' },
          { _id: 2, title: 'c++ basics' },
          { _id: 3, title: 'Cxx 2nd edx' },
        ]);
        const ids = async (filter: Filter) =>
          (await books.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
        expect(await ids({ title: { $regex: 'C\\+\\+ \\(2nd ed\\.\\)' } })).toEqual([1]);
        expect(await ids({ title: { $regex: '^c\\+\\+' } })).toEqual([2]);
        expect(await ids({ title: { $not: { $regex: '\\+' } } })).toEqual([3]);
      });

      it('distinguishes null from missing where asked to, and not elsewhere', async () => {
        const books = fresh();
        await books.insertMany([{ _id: 1, isbn: null }, { _id: 2 }, { _id: 3, isbn: 'x' }]);
        const ids = async (filter: Filter) =>
          (await books.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
        expect(await ids({ isbn: null })).toEqual([1, 2]);
        expect(await ids({ isbn: { $exists: false } })).toEqual([2]);
        expect(await ids({ isbn: { $ne: null } })).toEqual([3]);
        expect(await books.findOne({ _id: 1 })).toEqual({ _id: 1, isbn: null });
      });

      it('looks into arrays of documents', async () => {
        const books = fresh();
        await books.insertMany([
          {
            _id: 1,
            copies: [
              { state: 'IN_STOCK', n: 1 },
              { state: 'ON_LOAN', n: 9 },
            ],
          },
          { _id: 2, copies: [{ state: 'ON_LOAN', n: 1 }] },
          { _id: 3, copies: [] },
        ]);
        const ids = async (filter: Filter) =>
          (await books.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
        expect(await ids({ 'copies.state': 'ON_LOAN' })).toEqual([1, 2]);
        expect(await ids({ 'copies.state': 'ON_LOAN', 'copies.n': 1 })).toEqual([1, 2]);
      });

      it('shows the fields that are asked for, and no others', async () => {
        const books = fresh();
        await books.insertOne({ _id: 1, z: 1, a: { b: 1, c: 2 }, m: [{ x: 1, y: 2 }] });
        const only = (projection: Record<string, number>) => books.findOne({ _id: 1 }, { projection });
        expect(await only({ a: 1, z: 1 })).toEqual({ _id: 1, z: 1, a: { b: 1, c: 2 } });
        expect(await only({ 'a.c': 1, 'm.x': 1, _id: 0 })).toEqual({ a: { c: 2 }, m: [{ x: 1 }] });
        expect(await only({ a: 0, m: 0 })).toEqual({ _id: 1, z: 1 });
      });

      it('sorts across types in the order of BSON', async () => {
        const values = fresh();
        const inOrder = [null, -1.5, 2, 'Z', 'a', { a: 1 }, [], false, true, new Date(0)];
        const withoutArray = inOrder.filter((value) => !Array.isArray(value));
        await values.insertMany([...withoutArray].reverse().map((value, _id) => ({ _id, value })));
        const sorted = await values.find().sort({ value: 1 }).toArray();
        expect(sorted.map(({ value }): unknown => value)).toEqual(withoutArray);
        expect(await values.find({ value: { $gt: 0 } }).toArray()).toEqual([{ _id: 6, value: 2 }]);
      });
    });

    describe('documents', () => {
      it('keeps every type of BSON and the order of fields', async () => {
        const values = fresh();
        const _id = new ObjectId();
        const document = {
          _id,
          z: 'last character first',
          int: new Int32(7),
          double: new Double(7),
          fraction: 0.1,
          long: Long.fromString('9007199254740993'),
          decimal: Decimal128.fromString('1.10'),
          date: new Date('2026-02-28T23:59:59.999Z'),
          binary: new Binary(Buffer.from([0, 255, 1])),
          nothing: null,
          list: [1, [2], { three: 3 }],
          nested: { b: true, a: '' },
          text: 'Größe – 図書館 📚',
        };
        await values.insertOne(document);
        const found = await values.findOne({ _id }, { promoteValues: false });
        expect(Object.keys(found ?? {})).toEqual(Object.keys(document));
        expect(found).toMatchObject({
          int: new Int32(7),
          double: new Double(7),
          fraction: new Double(0.1),
          long: Long.fromString('9007199254740993'),
          decimal: Decimal128.fromString('1.10'),
          date: document.date,
          nothing: null,
          text: document.text,
        });
        expect(JSON.stringify(await values.findOne({ _id }, { projection: { _id: 0, nested: 1 } }))).toBe(
          '{"nested":{"b":true,"a":""}}',
        );
        expect(await values.findOne({ _id }, { projection: { _id: 0, list: 1 } })).toEqual({
          list: [1, [2], { three: 3 }],
        });
        expect(await values.findOne({ long: Long.fromString('9007199254740993') })).not.toBeNull();
        expect(await values.findOne({ int: 7.0, double: 7 })).not.toBeNull();
        expect((await values.findOne({ binary: document.binary }))?._id).toEqual(_id);
      });

      it('keeps a document of several megabytes', async () => {
        const books = fresh();
        const text = 'x'.repeat(5_000_000);
        await books.insertMany([1, 2, 3, 4].map((_id) => ({ _id, text })));
        const found = await books.find().sort({ _id: 1 }).toArray();
        expect(found.map(({ text: kept }) => (kept as string).length)).toEqual([1, 2, 3, 4].map(() => text.length));
      });
    });

    describe('collections', () => {
      it('lists and drops collections', async () => {
        const [kept, dropped] = [fresh(), fresh()];
        await kept.insertOne({ _id: 1 });
        await dropped.insertOne({ _id: 1 });
        await dropped.drop();
        const names = (await database().listCollections().toArray()).map(({ name: listed }) => listed);
        expect(names).toContain(kept.collectionName);
        expect(names).not.toContain(dropped.collectionName);
        expect(await dropped.find().toArray()).toEqual([]);
      });
    });

    describe('mongoose', () => {
      const schema = new Schema<{ _id: string; title: string; copies: number }>(
        { _id: { type: String, required: true }, title: String, copies: Number },
        { versionKey: false, autoCreate: false, autoIndex: false, strictQuery: 'throw' },
      );

      it('sanitizes operators in filters unless they are trusted', async () => {
        const Book = connection.model('SanitizedBook', schema, `test${(collections += 1)}`);
        await Book.create([{ _id: 'a', title: 'Momo', copies: 2 }]);
        const injected = { title: { $ne: 'nothing' } } as unknown as { title: string };
        await expect(Book.find(injected).setOptions({ sanitizeFilter: true }).exec()).rejects.toThrow();
        const trusted = { copies: mongoose.trusted({ $gte: 2 }) };
        expect(await Book.find(trusted).setOptions({ sanitizeFilter: true }).lean()).toHaveLength(1);
      });

      it('refuses a filter on a field that the schema does not have', async () => {
        const Book = connection.model('StrictBook', schema, `test${(collections += 1)}`);
        await expect(Book.findOne({ unknown: 1 } as object).exec()).rejects.toThrow(/unknown/);
      });

      it('saves what changed in a loaded document', async () => {
        const Book = connection.model('SavedBook', schema, `test${(collections += 1)}`);
        const book = await Book.create({ _id: 'a', title: 'Momo', copies: 1 });
        book.copies = 3;
        await book.save();
        expect(await Book.findById('a').lean()).toEqual({ _id: 'a', title: 'Momo', copies: 3 });
        expect(await Book.exists({ _id: 'b' })).toBeNull();
      });
    });
  });
}
