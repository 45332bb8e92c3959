import mongoose, { Schema } from 'mongoose';
import {
  Binary,
  Decimal128,
  Double,
  Int32,
  Long,
  ObjectId,
  connection,
  freshName,
  database,
  fresh,
} from './mongo-features.support';

/** Types, collections and what mongoose needs of them. */
export function documentFeatures(): void {
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
      const Book = connection.model('SanitizedBook', schema, freshName());
      await Book.create([{ _id: 'a', title: 'Momo', copies: 2 }]);
      const injected = { title: { $ne: 'nothing' } } as unknown as { title: string };
      await expect(Book.find(injected).setOptions({ sanitizeFilter: true }).exec()).rejects.toThrow();
      const trusted = { copies: mongoose.trusted({ $gte: 2 }) };
      expect(await Book.find(trusted).setOptions({ sanitizeFilter: true }).lean()).toHaveLength(1);
    });

    it('refuses a filter on a field that the schema does not have', async () => {
      const Book = connection.model('StrictBook', schema, freshName());
      await expect(Book.findOne({ unknown: 1 } as object).exec()).rejects.toThrow(/unknown/);
    });

    it('saves what changed in a loaded document', async () => {
      const Book = connection.model('SavedBook', schema, freshName());
      const book = await Book.create({ _id: 'a', title: 'Momo', copies: 1 });
      book.copies = 3;
      await book.save();
      expect(await Book.findById('a').lean()).toEqual({ _id: 'a', title: 'Momo', copies: 3 });
      expect(await Book.exists({ _id: 'b' })).toBeNull();
    });
  });
}
