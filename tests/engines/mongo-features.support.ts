import mongoose, { type Connection } from 'mongoose';
import { randomUUID } from 'node:crypto';

export interface MongoEngine {
  readonly url: string;
  close(): Promise<void>;
}

export interface Row extends mongoose.mongo.Document {
  _id: string | number | mongoose.mongo.ObjectId;
}
export type Collection = mongoose.mongo.Collection<Row>;
export type Filter = mongoose.mongo.Filter<Row>;

/** The driver's types know the operators on arrays only for fields that a schema declares as such. */
export const changes = (update: mongoose.mongo.Document): mongoose.mongo.UpdateFilter<Row> => update;

export const SETTINGS =
  'w=majority&journal=true&readConcernLevel=majority&serverSelectionTimeoutMS=60000&socketTimeoutMS=60000&waitQueueTimeoutMS=60000';
export const DUPLICATE_KEY = 11_000;
export const { Binary, Decimal128, Double, Int32, Long, ObjectId } = mongoose.mongo;

export let running: MongoEngine;
export let connection: Connection;
let collections = 0;

export const database = (): mongoose.mongo.Db => {
  if (!connection.db) throw new Error('not connected');
  return connection.db;
};
/** The name of a collection that no other test uses. */
export const freshName = (): string => `test${(collections += 1)}`;
export const fresh = (): Collection => database().collection<Row>(freshName());

/** Registers the hooks: what is above is of the engine that this starts. */
export function useMongo(engine: () => Promise<MongoEngine>): void {
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
}
