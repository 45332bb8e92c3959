import mongoose, { type Connection } from 'mongoose';
import { startEmbeddedMongo, type EmbeddedMongo, type MongoUser } from '../src/index';
import type { Fields, Row } from './support';

const USERS: readonly MongoUser[] = [
  { name: 'book', password: 'the-password-of-book', rights: ['own-book'] },
  { name: 'ope,ra=tor', password: 'the-password-of-operator', rights: ['own-book', 'own-rental'] },
];
const [book, operator] = USERS as [MongoUser, MongoUser];

let engine: EmbeddedMongo;
const open: Connection[] = [];
beforeAll(async () => {
  engine = await startEmbeddedMongo({ port: 0, users: USERS });
  for (const database of book.rights)
    await (await loggedIn(operator, database)).collection<Row>('kept').insertOne({ _id: 1 });
  await (await loggedIn(operator, 'own-rental')).collection<Row>('kept').insertOne({ _id: 1 });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});
afterAll(() => engine.close());

async function connected(database: string, options: mongoose.ConnectOptions = {}): Promise<mongoose.mongo.Db> {
  const connection = mongoose.createConnection(engine.url, { dbName: database, retryWrites: false, ...options });
  open.push(connection);
  const { db } = await connection.asPromise();
  if (!db) throw new Error('not connected');
  return db;
}
const loggedIn = ({ name, password }: Omit<MongoUser, 'rights'>, database: string, mechanism?: 'DEFAULT') =>
  connected(database, {
    auth: { username: name, password },
    authSource: 'admin',
    authMechanism: mechanism ?? 'SCRAM-SHA-256',
  });

async function refusalOf(asked: Promise<unknown>): Promise<unknown> {
  const refusal: unknown = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refusal instanceof mongoose.mongo.MongoServerError) return refusal.code;
  throw new Error(`was not refused: ${String(refusal)}`);
}
const UNAUTHORIZED = 13;
const AUTHENTICATION_FAILED = 18;

describe('a client without a user, where there are users', () => {
  it.each<[string, Fields]>([
    ['reads nothing', { find: 'kept' }],
    ['writes nothing', { insert: 'kept', documents: [{ _id: 2 }] }],
    ['removes nothing', { dropDatabase: 1 }],
    ['learns nothing of the server', { serverStatus: 1 }],
    ['gets no cursor', { getMore: mongoose.mongo.Long.ONE, collection: 'kept' }],
  ])('%s', async (_what, command) => {
    expect(await refusalOf((await connected('own-book')).command(command))).toBe(UNAUTHORIZED);
  });

  it('gets the liveness of the server', async () => {
    expect(await (await connected('own-book')).command({ ping: 1 })).toMatchObject({ ok: 1 });
  });
});

describe('a user', () => {
  it.each<[string, MongoUser, 'DEFAULT' | undefined]>([
    ['by SCRAM-SHA-256', book, undefined],
    ['by the default of the driver', book, 'DEFAULT'],
    ['whose name has signs of the protocol', operator, undefined],
  ])('logs in %s, and reads and writes in its own database', async (_how, user, mechanism) => {
    const db = await loggedIn(user, 'own-book', mechanism);
    const kept = db.collection<Row>('kept');
    await kept.updateOne({ _id: 1 }, { $set: { seen: true } });
    expect(await kept.findOne({})).toEqual({ _id: 1, seen: true });
  });

  it.each<[string, string, Fields]>([
    ['reads', 'own-rental', { find: 'kept' }],
    ['counts', 'own-rental', { aggregate: 'kept', pipeline: [], cursor: {} }],
    ['writes', 'own-rental', { update: 'kept', updates: [{ q: {}, u: { $set: { a: 1 } } }] }],
    ['lists', 'own-rental', { listCollections: 1 }],
    ['reads what is above', 'admin', { serverStatus: 1 }],
  ])('%s no other database', async (_what, database, command) => {
    expect(await refusalOf((await loggedIn(book, database)).command(command))).toBe(UNAUTHORIZED);
  });
});

describe('a login', () => {
  it.each([
    ['with the password of another user', { name: 'book', password: 'the-password-of-operator' }],
    ['with no such user', { name: 'admin', password: 'the-password-of-book' }],
  ])('%s is refused', async (_how, user) => {
    expect(await refusalOf(loggedIn(user, 'own-book'))).toBe(AUTHENTICATION_FAILED);
  });

  const start = (payload: string, more: Fields = {}): Fields => ({
    saslStart: 1,
    mechanism: 'SCRAM-SHA-256',
    payload: new mongoose.mongo.Binary(Buffer.from(payload)),
    options: { skipEmptyExchange: true },
    ...more,
  });
  it.each<[string, Fields, number]>([
    ['by another mechanism', start('n,,n=book,r=abc', { mechanism: 'PLAIN' }), 334],
    ['without its mechanism', start('n,,n=book,r=abc', { mechanism: undefined }), 334],
    ['bound to a channel', start('p=tls-unique,,n=book,r=abc'), AUTHENTICATION_FAILED],
    ['on behalf of another user', start('n,a=operator,n=book,r=abc'), AUTHENTICATION_FAILED],
    ['of noise', start('\0\0'), AUTHENTICATION_FAILED],
    ['with an empty exchange at its end', start('n,,n=book,r=abc', { options: {} }), 115],
    ['that was not begun', { saslContinue: 1, conversationId: 1, payload: new mongoose.mongo.Binary() }, 17],
  ])('%s is refused', async (_how, command, code) => {
    expect(await refusalOf((await connected('admin')).command(command))).toBe(code);
  });

  it('of a server without users is refused, while everything else is answered', async () => {
    const open = await startEmbeddedMongo({ port: 0 });
    const connection = mongoose.createConnection(open.url, { auth: { username: 'book', password: 'any' } });
    expect(await refusalOf(connection.asPromise())).toBe(AUTHENTICATION_FAILED);
    await connection.destroy();
    await open.close();
  });
});
