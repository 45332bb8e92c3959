import { startEmbeddedMongo, type EmbeddedMongo } from '@rentalbook/embedded-mongo';
import { Schema, type Connection } from 'mongoose';
import { connectDatabase } from '../src/database';
import { applyGuarded } from '../src/guarded-upsert';

const MANY = 5_000;
const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

describe('the views of many events', () => {
  let mongo: EmbeddedMongo;
  let connection: Connection;
  beforeAll(async () => {
    mongo = await startEmbeddedMongo({ port: 0 });
    connection = await connectDatabase(mongo.url, 'views', 5_000, silent);
  });
  afterAll(async () => {
    await connection.close();
    await mongo.close();
  });

  it('are written in portions, between which readers have their turn', async () => {
    const model = connection.model('view', new Schema<{ _id: string }>({ _id: { type: String, required: true } }));
    let isWritten = false;
    const writing = applyGuarded(
      model,
      Array.from({ length: MANY }, (_, n) => ({ id: `view-${String(n)}`, guard: 'seq', sequence: 1, set: { n } })),
    ).finally(() => (isWritten = true));
    const counted: number[] = [];
    const isOver = (): boolean => isWritten;
    while (!isOver()) counted.push(await model.countDocuments());
    await writing;
    expect(await model.countDocuments()).toBe(MANY);
    expect(new Set(counted.filter((count) => count > 0 && count < MANY)).size).toBeGreaterThan(5);
  });
});
