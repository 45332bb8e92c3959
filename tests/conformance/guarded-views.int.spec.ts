import { applyGuarded, type GuardedUpsert } from '@rentalbook/read-models';
import { connectDatabase } from '@rentalbook/mongo';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { GIVE_UP_AFTER_MS } from '@rentalbook/test-kit/eventually';
import mongoose, { Schema, type Connection } from 'mongoose';
import { changesOf } from '../../subgraphs/mypage/src/subscriptions';
import { chanceOf } from './chance';
import { eventLog } from './event-log';
import { guardedViews } from './guarded-views';
import { deliver, unruly } from './unruly-delivery';

const SEEDS = 8;
const EVENTS = 60;
const MANY = 1_000;
const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

describe('guarded views', () => {
  let mongo: EmbeddedMongo;
  let connection: Connection;
  beforeAll(async () => {
    mongo = await startEmbeddedMongo({ port: 0 });
    connection = await connectDatabase(mongo.url, 'views', GIVE_UP_AFTER_MS, silent);
  });
  afterAll(async () => {
    await connection.close();
    await mongo.close();
  });

  it('in memory, which the simulator runs on, become what MongoDB’s become of the same upserts in any order', async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const chance = chanceOf(seed);
      const upserts: GuardedUpsert[] = [];
      const take = (event: Parameters<typeof changesOf>[0]): void => void upserts.push(...changesOf(event).rentals);
      deliver(unruly(eventLog(chance, EVENTS), chance), { handle: take, handleAndDie: take, wakeUpWith: take }, chance);
      const inMemory = guardedViews();
      const model = connection.model(
        `views${String(seed)}`,
        new Schema<{ _id: string }>({ _id: { type: String, required: true } }, { strict: false, versionKey: false }),
      );
      for (const upsert of upserts) {
        inMemory.apply([upsert]);
        await applyGuarded(model, [upsert]);
      }
      const stored = await model.find().sort({ _id: 1 }).lean();
      expect(stored.length).toBeGreaterThan(0);
      const expected = [...inMemory.documents.values()].sort((one, other) =>
        String(one['_id']) < String(other['_id']) ? -1 : 1,
      );
      expect({ seed, stored }).toEqual({ seed, stored: expected });
    }
  });

  it('of many events are written in portions, between which readers have their turn', async () => {
    const model = connection.model('many', new Schema<{ _id: string }>({ _id: { type: String, required: true } }));
    const { bulkWrite } = mongoose.mongo.Collection.prototype;
    const counted: number[] = [];
    const portions = jest.spyOn(mongoose.mongo.Collection.prototype, 'bulkWrite');
    portions.mockImplementation(async function (this: mongoose.mongo.Collection, ...args) {
      counted.push(await model.countDocuments());
      return bulkWrite.apply(this, args);
    });
    await applyGuarded(
      model,
      Array.from({ length: MANY }, (_, n) => ({ id: `view-${String(n)}`, guard: 'seq', sequence: 1, set: { n } })),
    );
    portions.mockRestore();
    expect(counted).toEqual([0, 200, 400, 600, 800]);
    expect(await model.countDocuments()).toBe(MANY);
  });
});
