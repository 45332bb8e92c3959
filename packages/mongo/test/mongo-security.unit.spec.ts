import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongoSecurityOf, type MongoSecuritySettings } from '../src/mongo-security';

const URL = 'mongodb://mongo:27017/?replicaSet=rs0';
let folder: string;
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rentalbook-security-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the settings of MongoDB', () => {
  it('leave its URL alone when none is given', () => {
    expect(mongoSecurityOf({}, URL)).toEqual({});
  });

  it('name a user of the database admin, unless the URL names another database', () => {
    const settings = { MONGO_USERNAME: 'reader', MONGO_PASSWORD_FILE: file('p', 'the-password\n') };
    const auth = { username: 'reader', password: 'the-password' };
    expect(mongoSecurityOf(settings, URL)).toMatchObject({ auth, authSource: 'admin' });
    const elsewhere = mongoSecurityOf(settings, `${URL}&authSource=users`);
    expect(elsewhere).toMatchObject({ auth });
    expect(elsewhere).not.toHaveProperty('authSource');
  });

  it.each<[string, () => MongoSecuritySettings, string, RegExp]>([
    ['a user without a password', () => ({ MONGO_USERNAME: 'a' }), URL, /MONGO_PASSWORD_FILE is missing/],
    ['a password without a user', () => ({ MONGO_PASSWORD_FILE: file('p', 'x') }), URL, /MONGO_USERNAME is missing/],
    [
      'two users',
      () => ({ MONGO_USERNAME: 'a', MONGO_PASSWORD_FILE: file('p', 'x') }),
      'mongodb://b:the-password@mongo',
      /leave one of them out/,
    ],
    ['a CA that is not there', () => ({ MONGO_TLS_CA_FILE: '/no/ca' }), URL, /\/no\/ca cannot be read \(ENOENT\)/],
    ['a CA that is no PEM', () => ({ MONGO_TLS_CA_FILE: file('c', 'x') }), URL, /CERTIFICATE in PEM format/],
    [
      'a key alone',
      () => ({ MONGO_TLS_KEY_FILE: file('k', '-----BEGIN PRIVATE KEY-----\n') }),
      URL,
      /MONGO_TLS_CERT_FILE is missing/,
    ],
    ['a URL without TLS', () => ({ MONGO_TLS_CA_FILE: '/no/ca' }), `${URL}&tls=false`, /MONGO_URL turns TLS off/],
    [
      'a damaged key',
      () => ({ MONGO_TLS_KEY_FILE: file('k', '-----BEGIN PRIVATE KEY-----\n') }),
      URL,
      /MONGO_TLS_KEY_FILE: .* has a damaged private key/,
    ],
  ])('refuse %s with a sentence that names the setting, and no password', (_, settings, url, sentence) => {
    expect(() => mongoSecurityOf(settings(), url)).toThrow(sentence);
    expect(() => mongoSecurityOf(settings(), url)).not.toThrow(/the-password/);
  });
});
