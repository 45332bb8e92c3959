import { type Row, type Filter, fresh } from './mongo-features.support';

/** Indexes, filters, sorts and aggregations. */
export function readFeatures(): void {
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

    it('finds by a descending index what comes before every other text', async () => {
      const texts = fresh();
      await texts.createIndex({ text: -1 }, undefined, undefined);
      await texts.insertMany(['', '\0', '\0\0\0', '\0b', 'a', 'x'].map((text, _id) => ({ _id, text })));
      const below = async (filter: Filter) =>
        (await texts.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
      expect(await below({ text: { $lt: 'x' } })).toEqual([0, 1, 2, 3, 4]);
      expect(await below({ text: { $gte: '' } })).toEqual([0, 1, 2, 3, 4, 5]);
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
      const ids = async (filter: Filter) => (await books.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
      expect(await ids({ title: { $regex: 'C\\+\\+ \\(2nd ed\\.\\)' } })).toEqual([1]);
      expect(await ids({ title: { $regex: '^c\\+\\+' } })).toEqual([2]);
      expect(await ids({ title: { $not: { $regex: '\\+' } } })).toEqual([3]);
    });

    it('distinguishes null from missing where asked to, and not elsewhere', async () => {
      const books = fresh();
      await books.insertMany([{ _id: 1, isbn: null }, { _id: 2 }, { _id: 3, isbn: 'x' }]);
      const ids = async (filter: Filter) => (await books.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
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
      const ids = async (filter: Filter) => (await books.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
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
}
