import mongoose, { type Connection } from 'mongoose';
import { startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from '../src/index';

export type Fields = Record<string, unknown>;
export interface Row extends mongoose.mongo.Document {
  _id: string | number | mongoose.mongo.ObjectId;
}
export type TestCollection = mongoose.mongo.Collection<Row>;

/** The driver's types know the operators on arrays only for fields that a schema declares as such. */
export const changes = (update: mongoose.mongo.Document): mongoose.mongo.UpdateFilter<Row> => update;

export interface RunningEngine {
  readonly engine: EmbeddedMongo;
  readonly connection: Connection;
  readonly db: mongoose.mongo.Db;
  /** A collection for this test alone. */
  fresh(): TestCollection;
  stop(): Promise<void>;
}

export async function startEngine(options: Partial<EmbeddedMongoOptions> = {}): Promise<RunningEngine> {
  const engine = await startEmbeddedMongo({ port: 0, ...options });
  const connected = await connect(engine.url);
  return {
    ...connected,
    engine,
    async stop() {
      await connected.connection.close();
      await engine.close();
    },
  };
}

export async function connect(url: string): Promise<Pick<RunningEngine, 'connection' | 'db' | 'fresh'>> {
  const connection = await mongoose
    .createConnection(`${url}/test?w=majority&journal=true&serverSelectionTimeoutMS=60000`)
    .asPromise();
  const { db } = connection;
  if (!db) throw new Error('not connected');
  let collections = 0;
  return { connection, db, fresh: () => db.collection<Row>(`test${(collections += 1)}`) };
}
