import { connectDatabase, mongoSecurityOf, type MongoSecuritySettings } from '@rentalbook/mongo';
import { readEngineUsers } from '@rentalbook/embedded-storage';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { embeddedAccess, ensureDevelopmentKeys } from '@rentalbook/cli';
import { GIVE_UP_AFTER_MS, newDataFolder } from '@rentalbook/test-kit';
import type { Connection } from 'mongoose';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineUserNames, mongoUsers, type EngineUserName } from '../../tools/cli/src/engine-users';

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const PREFIX = 'users-';
/** The router uses Kafka alone. */
const users = engineUserNames.filter((name) => name !== 'router');
const services = users.filter((name) => name !== 'operator');
const isDatabases = (rights: unknown): rights is readonly string[] => Array.isArray(rights);

describe('the MongoDB of npm start', () => {
  let folder: string;
  let mongo: EmbeddedMongo;
  const open: Connection[] = [];
  beforeAll(async () => {
    folder = newDataFolder();
    await ensureDevelopmentKeys(folder);
    mongo = await startEmbeddedMongo({ port: 0, users: readEngineUsers(mongoUsers(folder, PREFIX), isDatabases) });
    for (const service of services) {
      const { db } = await connect(service, embeddedAccess(folder, 'operator', ['mongo']), GIVE_UP_AFTER_MS);
      await db?.collection('clock').insertOne({ of: service });
    }
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((connection) => connection.destroy()));
  });
  afterAll(async () => {
    await mongo.close();
    rmSync(folder, { recursive: true });
  });
  async function connect(database: string, settings: MongoSecuritySettings, withinMs = 0): Promise<Connection> {
    const security = () => mongoSecurityOf(settings, mongo.url);
    const connection = await connectDatabase(mongo.url, `${PREFIX}${database}`, withinMs, silent, security);
    open.push(connection);
    return connection;
  }

  it.each(services)('lets %s into its own database and no other', async (service) => {
    const access = embeddedAccess(folder, service, ['mongo']);
    const { db } = await connect(service, access, GIVE_UP_AFTER_MS);
    expect(await db?.collection('clock').findOne({})).toMatchObject({ of: service });
    for (const other of services.filter((name) => name !== service))
      await expect(connect(other, access)).rejects.toThrow(
        `gives no right to read the database ${PREFIX}${other}; correct MONGO_USERNAME, or grant that user readWrite on it.`,
      );
  });

  it('refuses a login without a password, or with another one', async () => {
    await expect(connect('book', {})).rejects.toThrow('gives no right to read the database users-book; correct');
    const other = join(folder, 'other');
    writeFileSync(other, 'the-password-of-another-folder');
    const access = { ...embeddedAccess(folder, 'book', ['mongo']), MONGO_PASSWORD_FILE: other };
    await expect(connect('book', access)).rejects.toThrow('refuses the credentials; correct MONGO_USERNAME');
  });

  it('has a password of its own for each user, in files that only their owner reads', async () => {
    const passwords = join(folder, 'keys/engines');
    expect(readdirSync(passwords).sort()).toEqual(
      engineUserNames.map((name: EngineUserName) => `${name}.password`).sort(),
    );
    const kept = mongoUsers(folder, PREFIX);
    const texts = readEngineUsers(kept, isDatabases).map(({ password }) => password);
    expect(new Set(texts).size).toBe(users.length);
    expect(kept).not.toMatch(new RegExp(texts.join('|')));
    for (const path of [passwords, join(folder, 'keys')]) expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(passwords)) expect(statSync(join(passwords, file)).mode & 0o777).toBe(0o600);
    await ensureDevelopmentKeys(folder);
    expect(readEngineUsers(kept, isDatabases).map(({ password }) => password)).toEqual(texts);
  });
});
