import { connectDatabase, mongoSecurityOf, type MongoSecuritySettings } from '@rentalbook/mongo';
import { type EmbeddedMongo, startEmbeddedMongo } from '@rentalbook/embedded-mongo';
import { eventually, GIVE_UP_AFTER_MS, newDataFolder } from '@rentalbook/test-kit';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mongoCredentialsOf, watchRotation } from '../../packages/mongo/src/mongo-credentials';
import { hasOpenssl, makeCertificate, startTlsProxy, type TlsProxy } from './tls.support';

const ignore = (): void => undefined;
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
if (!hasOpenssl) process.stderr.write('TLS to MongoDB is not tested: openssl, which makes certificates, is missing.\n');
const described = hasOpenssl ? describe : describe.skip;

described('MongoDB behind TLS', () => {
  let folder: string;
  let mongo: EmbeddedMongo;
  let proxy: TlsProxy;
  const file = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = newDataFolder();
    for (const name of ['first', 'second']) makeCertificate(folder, name);
    mongo = await startEmbeddedMongo({ port: 0 });
    proxy = await startTlsProxy(mongo.port, folder, 'first');
  });
  afterAll(async () => {
    await proxy.close();
    await mongo.close();
    rmSync(folder, { recursive: true });
  });
  const urlAt = (host: string): string => `mongodb://${host}:${String(proxy.port)}/`;
  const connect = (url: string, settings: MongoSecuritySettings, withinMs: number) =>
    connectDatabase(url, 'secured', withinMs, silent, () => mongoSecurityOf(settings, url));

  it('is written to and read with the authority of MONGO_TLS_CA_FILE', async () => {
    const connection = await connect(urlAt('localhost'), { MONGO_TLS_CA_FILE: file('first.pem') }, GIVE_UP_AFTER_MS);
    await connection.collection('books').insertOne({ title: 'Emma' });
    expect(await connection.collection('books').findOne({})).toMatchObject({ title: 'Emma' });
    await connection.destroy();
  });

  it.each<[string, () => string, string, RegExp]>([
    ['another authority', () => urlAt('localhost'), 'second.pem', /TLS \(.*self-signed certificate.*\)/],
    [
      'a host that the certificate does not name',
      () => urlAt('127.0.0.1'),
      'first.pem',
      /TLS \(.*IP: 127\.0\.0\.1.*\)/,
    ],
  ])('is refused with what to correct for %s', async (_, url, ca, fault) => {
    const refusal = connect(url(), { MONGO_TLS_CA_FILE: file(ca) }, 0);
    await expect(refusal).rejects.toThrow(fault);
    await expect(refusal).rejects.toThrow(
      /^MongoDB at mongodb:\/\/\S+ does not agree on TLS \(.+\); correct MONGO_TLS_CA_FILE, MONGO_TLS_CERT_FILE or the host in MONGO_URL\.$/,
    );
  });

  it('has a rotated authority reported once the server uses it', async () => {
    const settings = { MONGO_TLS_CA_FILE: file('ca.pem') };
    copyFileSync(file('first.pem'), file('ca.pem'));
    const credentials = mongoCredentialsOf(settings, urlAt('localhost'));
    credentials.take();
    let refused = 0;
    let rotations = 0;
    const watch = watchRotation({
      credentials,
      tryConnection: async () => (await connect(urlAt('localhost'), settings, 0)).destroy(),
      onRotated: () => (rotations += 1),
      log: { ...silent, warn: () => (refused += 1) },
      everyMs: 1,
    });
    watch.start();
    copyFileSync(file('second.pem'), file('ca.pem'));
    await eventually(() => refused === 1, { what: 'the refusal of an authority that the server does not use yet' });
    expect(rotations).toBe(0);
    proxy.use('second');
    await eventually(() => rotations === 1, { what: 'the report of the rotation' });
    watch.stop();
  });
});
