import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaSecurityOf, type KafkaSecuritySettings } from '../src/kafka/kafka-security';

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
const faultsOf = (settings: KafkaSecuritySettings): string[] => {
  try {
    kafkaSecurityOf(settings);
    return [];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'SecuritySettingsError') throw error;
    return error.message.split('\n');
  }
};
/** A certificate whose private key was not kept. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBNDCB56ADAgECAhQLOBPrAngrIMmO6jXjKVh5KPPY2DAFBgMrZXAwDzENMAsG
A1UEAwwEdGVzdDAgFw0yNjExMjkxODE1MDhaGA8yMTI2MTEwNTE4MTUwOFowDzEN
MAsGA1UEAwwEdGVzdDAqMAUGAytlcAMhAD3o4oFFatas/p4OEKxpjpdEQzdhhQko
EthHJ/DYccmlo1MwUTAdBgNVHQ4EFgQUaqOMPy9Xdq1CRsUWzcT9rnMG1AMwHwYD
VR0jBBgwFoAUaqOMPy9Xdq1CRsUWzcT9rnMG1AMwDwYDVR0TAQH/BAUwAwEB/zAF
BgMrZXADQQDX4+6QJNGjQQQtG2BbIMBf12J32sTy3hCqAGms77tQESXB42JLr9md
fqcZHln1weM2SZYuOvabvIMWJ2XYA6QA
-----END CERTIFICATE-----
`;
const privateKey = (passphrase?: string): string =>
  generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem', ...(passphrase && { cipher: 'aes-256-cbc', passphrase }) })
    .toString();
const withKey = (key: string): KafkaSecuritySettings => ({
  ...{
    KAFKA_SSL: 'true',
    KAFKA_SSL_CERT_FILE: file('cert.pem', CERTIFICATE),
    KAFKA_SSL_KEY_FILE: file('key.pem', key),
  },
});
const user = { KAFKA_SASL_USERNAME: 'reader', KAFKA_SASL_PASSWORD: 'the-password' };

describe('the settings of TLS and SASL', () => {
  it('leave connections plain when none is given', () => {
    expect(kafkaSecurityOf({})).toEqual({});
    expect(kafkaSecurityOf({ KAFKA_SSL: 'false' })).toEqual({});
  });

  it.each(['plain', 'SCRAM-SHA-256', 'Scram-Sha-512'])(
    'name a user and a password for %s, in any case',
    (mechanism) => {
      const { sasl, ssl } = kafkaSecurityOf({ KAFKA_SSL: 'TRUE', KAFKA_SASL_MECHANISM: mechanism, ...user });
      expect(ssl).toBe(true);
      expect(sasl).toMatchObject({ mechanism: mechanism.toLowerCase(), username: 'reader', password: 'the-password' });
    },
  );

  it('have the password and the token read again whenever a connection authenticates', async () => {
    const path = file('secret', 'first\n');
    const { sasl } = kafkaSecurityOf({
      ...{ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'reader', KAFKA_SASL_PASSWORD_FILE: path },
    });
    const bearer = kafkaSecurityOf({ KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: path });
    const token = async (): Promise<unknown> =>
      bearer.sasl && 'oauthBearerProvider' in bearer.sasl && (await bearer.sasl.oauthBearerProvider());
    expect([sasl, await token()]).toMatchObject([{ password: 'first' }, { value: 'first' }]);
    file('secret', 'second\n');
    expect([sasl, await token()]).toMatchObject([{ password: 'second' }, { value: 'second' }]);
  });

  const wrong: readonly [string, () => KafkaSecuritySettings, RegExp][] = [
    ['an answer other than true or false', () => ({ KAFKA_SSL: 'yes' }), /KAFKA_SSL: "yes".*true/],
    ['a CA without TLS', () => ({ KAFKA_SSL_CA_FILE: 'ca.pem' }), /KAFKA_SSL_CA_FILE.*set KAFKA_SSL=true/],
    ['a missing file', () => ({ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: '/no/ca.pem' }), /\/no\/ca\.pem.*ENOENT/],
    ['a folder', () => ({ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: folder }), /EISDIR/],
    ['a CA that is no PEM', () => ({ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: file('no.pem', 'x') }), /CA_FILE.*PEM/],
    [
      'a damaged CA',
      () => ({
        KAFKA_SSL: 'true',
        KAFKA_SSL_CA_FILE: file('bad.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      }),
      /damaged/,
    ],
    [
      'a key without its certificate',
      () => ({ KAFKA_SSL: 'true', KAFKA_SSL_KEY_FILE: file('key.pem', '-----BEGIN PRIVATE KEY-----\nAAAA\n') }),
      /KAFKA_SSL_KEY_FILE needs its certificate/,
    ],
    ['the key of another certificate', () => withKey(privateKey()), /KEY_FILE: .*another certificate than .*CERT_FILE/],
    [
      'an encrypted key',
      () => withKey(privateKey('the-password')),
      /KAFKA_SSL_KEY_FILE: .*key\.pem has a key .*encrypted/,
    ],
    [
      'a damaged key',
      () => withKey('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'),
      /KAFKA_SSL_KEY_FILE: .*key\.pem has a damaged private key/,
    ],
    ['an unknown mechanism', () => ({ KAFKA_SASL_MECHANISM: 'gssapi' }), /"gssapi" is unknown; use plain/],
    ['a user without a mechanism', () => ({ KAFKA_SASL_USERNAME: 'a' }), /USERNAME needs a mechanism/],
    ['a mechanism without a user', () => ({ KAFKA_SASL_MECHANISM: 'plain' }), /KAFKA_SASL_USERNAME is missing/],
    [
      'a password both ways',
      () => ({ KAFKA_SASL_MECHANISM: 'plain', ...user, KAFKA_SASL_PASSWORD_FILE: file('p', 'the-password') }),
      /both set; unset one/,
    ],
    [
      'an empty password',
      () => ({ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'a', KAFKA_SASL_PASSWORD_FILE: file('e', '\n') }),
      /is empty/,
    ],
    ['oauthbearer without a token', () => ({ KAFKA_SASL_MECHANISM: 'oauthbearer' }), /TOKEN_FILE is missing/],
    [
      'a password for oauthbearer',
      () => ({
        ...{ KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: file('t', 'x') },
        KAFKA_SASL_PASSWORD: 'the-password',
      }),
      /PASSWORD is not used with oauthbearer/,
    ],
  ];
  it.each(wrong)('refuse %s with a sentence that names the setting, and no password', (_, settings, sentence) => {
    const faults = faultsOf(settings());
    expect(faults.join('\n')).toMatch(sentence);
    for (const fault of faults) expect(fault).toMatch(/\.$/);
    expect(faults.join('\n')).not.toContain('the-password');
  });

  it('report every fault at once', () => {
    expect(faultsOf({ KAFKA_SSL: 'maybe', KAFKA_SASL_MECHANISM: 'plain' })).toHaveLength(3);
  });
});
