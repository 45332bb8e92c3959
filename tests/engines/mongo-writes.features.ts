import mongoose from 'mongoose';
import { changes, DUPLICATE_KEY, fresh } from './mongo-features.support';

/** Conditional writes, operators and bulk writes. */
export function writeFeatures(): void {
  describe('conditional writes', () => {
    it('lets exactly one of 50 concurrent writers win each revision', async () => {
      const books = fresh();
      await books.insertOne({ _id: 'book', revision: 0, winners: [] });
      for (let revision = 0; revision < 5; revision += 1) {
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, writer) =>
            books.updateOne({ _id: 'book', revision }, changes({ $inc: { revision: 1 }, $push: { winners: writer } })),
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
}
