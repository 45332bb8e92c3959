import { ExplainedError } from '../explained-error';
import type { KafkaConfig } from 'kafkajs';
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { isNativeError } from 'node:util/types';
import { loginInTurn, type PasswordMechanism } from './kafka-login';
import { passwordsIn, readSecret, type Passwords } from './passwords';

/** The credentials of a client and the certificates of the brokers; every value as in the environment. */
export interface KafkaSecuritySettings {
  readonly KAFKA_SSL?: string | undefined;
  readonly KAFKA_SSL_CA_FILE?: string | undefined;
  readonly KAFKA_SSL_CERT_FILE?: string | undefined;
  readonly KAFKA_SSL_KEY_FILE?: string | undefined;
  readonly KAFKA_SSL_SERVER_NAME?: string | undefined;
  readonly KAFKA_SASL_MECHANISM?: string | undefined;
  readonly KAFKA_SASL_USERNAME?: string | undefined;
  readonly KAFKA_SASL_PASSWORD?: string | undefined;
  readonly KAFKA_SASL_PASSWORD_FILE?: string | undefined;
  readonly KAFKA_SASL_OAUTHBEARER_TOKEN_FILE?: string | undefined;
}

/** The settings above, as a tool passes them on. */
export const kafkaSecurityNames = [
  'KAFKA_SSL',
  'KAFKA_SSL_CA_FILE',
  'KAFKA_SSL_CERT_FILE',
  'KAFKA_SSL_KEY_FILE',
  'KAFKA_SSL_SERVER_NAME',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_SASL_USERNAME',
  'KAFKA_SASL_PASSWORD',
  'KAFKA_SASL_PASSWORD_FILE',
  'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE',
] as const satisfies readonly (keyof KafkaSecuritySettings)[];

/** Settings of TLS or of credentials do not fit together. The message has one sentence per fault. */
export class SecuritySettingsError extends ExplainedError {
  override readonly name = 'SecuritySettingsError';
}

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const;
type Mechanism = (typeof MECHANISMS)[number];
const isMechanism = (text: string): text is Mechanism => (MECHANISMS as readonly string[]).includes(text);
const KEEP_ALIVE_AFTER_MS = 60_000;

/** The options of kafkajs; files are read again for each connection, so that a rotated secret is used. */
export type KafkaSecurity = Pick<KafkaConfig, 'ssl' | 'sasl' | 'socketFactory'>;

/** Throws {@link SecuritySettingsError} with every fault of the settings. */
export function kafkaSecurityOf(settings: KafkaSecuritySettings): KafkaSecurity {
  const faults = [...tlsFaults(settings), ...saslFaults(settings)];
  if (faults.length > 0) throw new SecuritySettingsError(faults.join('\n'));
  return { ...tlsOf(settings), ...saslOf(settings) };
}

function tlsOf(settings: KafkaSecuritySettings): KafkaSecurity {
  if (settings.KAFKA_SSL?.toLowerCase() !== 'true') return {};
  const options = (host: string): ConnectionOptions => ({
    ...(settings.KAFKA_SSL_CA_FILE && { ca: readFileSync(settings.KAFKA_SSL_CA_FILE) }),
    ...(settings.KAFKA_SSL_CERT_FILE && { cert: readFileSync(settings.KAFKA_SSL_CERT_FILE) }),
    ...(settings.KAFKA_SSL_KEY_FILE && { key: readFileSync(settings.KAFKA_SSL_KEY_FILE) }),
    ...serverName(host, settings.KAFKA_SSL_SERVER_NAME),
  });
  return {
    ssl: true,
    socketFactory({ host, port, onConnect }) {
      const socket = connect({ host, port, ...options(host) }, onConnect);
      return socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    },
  };
}

/** An address is no server name in TLS; the broker's certificate has to name it all the same. */
function serverName(host: string, given: string | undefined): ConnectionOptions {
  if (given) return { servername: given };
  return isIP(host) === 0 ? { servername: host } : {};
}

function saslOf(settings: KafkaSecuritySettings): KafkaSecurity {
  const mechanism = settings.KAFKA_SASL_MECHANISM?.toLowerCase();
  if (mechanism === undefined || !isMechanism(mechanism)) return {};
  if (mechanism === 'oauthbearer') {
    const file = settings.KAFKA_SASL_OAUTHBEARER_TOKEN_FILE ?? '';
    return { sasl: { mechanism, oauthBearerProvider: () => Promise.resolve({ value: readSecret(file) }) } };
  }
  const {
    KAFKA_SASL_USERNAME: username = '',
    KAFKA_SASL_PASSWORD_FILE: file,
    KAFKA_SASL_PASSWORD: given = '',
  } = settings;
  const passwords: Passwords = file ? passwordsIn(file) : { inTurn: () => [given], refused: () => undefined };
  const account = <Name extends PasswordMechanism>(name: Name) => ({
    mechanism: name,
    username,
    get password() {
      return passwords.inTurn()[0] ?? '';
    },
    authenticationProvider: loginInTurn(name, username, passwords),
  });
  switch (mechanism) {
    case 'plain':
      return { sasl: account(mechanism) };
    case 'scram-sha-256':
      return { sasl: account(mechanism) };
    case 'scram-sha-512':
      return { sasl: account(mechanism) };
  }
}

function tlsFaults(settings: KafkaSecuritySettings): string[] {
  const { KAFKA_SSL, KAFKA_SSL_CA_FILE, KAFKA_SSL_CERT_FILE, KAFKA_SSL_KEY_FILE } = settings;
  const faults: string[] = [];
  if (KAFKA_SSL && !['true', 'false'].includes(KAFKA_SSL.toLowerCase()))
    return [`Setting KAFKA_SSL: "${KAFKA_SSL}" is neither true nor false; set it to true to use TLS.`];
  const given = Object.entries(settings).flatMap(([name, value]) =>
    name.startsWith('KAFKA_SSL_') && value ? [name] : [],
  );
  if (KAFKA_SSL?.toLowerCase() !== 'true')
    return given.map((name) => `Setting ${name} needs TLS; set KAFKA_SSL=true, or unset ${name}.`);
  faults.push(...certificateFaults('KAFKA_SSL_CA_FILE', KAFKA_SSL_CA_FILE));
  faults.push(...certificateFaults('KAFKA_SSL_CERT_FILE', KAFKA_SSL_CERT_FILE));
  faults.push(
    ...privateKeyFaults(['KAFKA_SSL_KEY_FILE', KAFKA_SSL_KEY_FILE], ['KAFKA_SSL_CERT_FILE', KAFKA_SSL_CERT_FILE]),
  );
  if (KAFKA_SSL_CERT_FILE && !KAFKA_SSL_KEY_FILE)
    faults.push('Setting KAFKA_SSL_CERT_FILE needs its private key; set KAFKA_SSL_KEY_FILE too.');
  if (KAFKA_SSL_KEY_FILE && !KAFKA_SSL_CERT_FILE)
    faults.push('Setting KAFKA_SSL_KEY_FILE needs its certificate; set KAFKA_SSL_CERT_FILE too.');
  return faults;
}

function saslFaults(settings: KafkaSecuritySettings): string[] {
  const { KAFKA_SASL_MECHANISM: given, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD, KAFKA_SASL_PASSWORD_FILE } = settings;
  const tokenFile = settings.KAFKA_SASL_OAUTHBEARER_TOKEN_FILE;
  const others = Object.entries(settings).flatMap(([name, value]) =>
    name.startsWith('KAFKA_SASL_') && name !== 'KAFKA_SASL_MECHANISM' && value ? [name] : [],
  );
  if (!given)
    return others.map((name) => `Setting ${name} needs a mechanism; set KAFKA_SASL_MECHANISM, or unset ${name}.`);
  const mechanism = given.toLowerCase();
  if (!isMechanism(mechanism))
    return [`Setting KAFKA_SASL_MECHANISM: "${given}" is unknown; use ${MECHANISMS.join(', ')}.`];
  if (mechanism === 'oauthbearer') {
    const unused = others.filter((name) => name !== 'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE');
    return [
      ...unused.map((name) => `Setting ${name} is not used with oauthbearer; unset it.`),
      ...(tokenFile
        ? fileFaults('KAFKA_SASL_OAUTHBEARER_TOKEN_FILE', tokenFile)
        : ['Setting KAFKA_SASL_OAUTHBEARER_TOKEN_FILE is missing; oauthbearer needs the file of a token.']),
    ];
  }
  const faults: string[] = [];
  if (tokenFile) faults.push(`Setting KAFKA_SASL_OAUTHBEARER_TOKEN_FILE is not used with ${mechanism}; unset it.`);
  if (!KAFKA_SASL_USERNAME) faults.push(`Setting KAFKA_SASL_USERNAME is missing; ${mechanism} needs a user.`);
  if (KAFKA_SASL_PASSWORD && KAFKA_SASL_PASSWORD_FILE)
    faults.push('KAFKA_SASL_PASSWORD and KAFKA_SASL_PASSWORD_FILE are both set; unset one of them.');
  if (!KAFKA_SASL_PASSWORD && !KAFKA_SASL_PASSWORD_FILE)
    faults.push(`Setting KAFKA_SASL_PASSWORD_FILE is missing; ${mechanism} needs a password.`);
  faults.push(...fileFaults('KAFKA_SASL_PASSWORD_FILE', KAFKA_SASL_PASSWORD_FILE));
  return faults;
}

/** Why the file of a setting cannot be used, also for PEM without the required part; nothing for an unset setting. */
export function fileFaults(setting: string, file: string | undefined, pemOf?: string): string[] {
  if (!file) return [];
  try {
    const content = readSecret(file);
    if (content === '') return [`Setting ${setting}: ${file} is empty; put the secret into it.`];
    if (pemOf !== undefined && !new RegExp(`-----BEGIN [A-Z ]*${pemOf}-----`).test(content))
      return [`Setting ${setting}: ${file} has no ${pemOf} in PEM format; name another file.`];
    return [];
  } catch (error) {
    const code = isNativeError(error) && 'code' in error ? String(error.code) : String(error);
    return [`Setting ${setting}: ${file} cannot be read (${code}); name a file that this process may read.`];
  }
}

export function certificateFaults(setting: string, file: string | undefined): string[] {
  const faults = fileFaults(setting, file, 'CERTIFICATE');
  if (!file || faults.length > 0) return faults;
  try {
    new X509Certificate(readFileSync(file));
    return [];
  } catch {
    return [`Setting ${setting}: ${file} has a damaged certificate; name another file.`];
  }
}

type FileSetting = readonly [setting: string, file: string | undefined];

/** Why the file of a private key cannot be used, also when it is not the key of the certificate. */
export function privateKeyFaults([setting, file]: FileSetting, [ofSetting, certificateFile]: FileSetting): string[] {
  const faults = fileFaults(setting, file, 'PRIVATE KEY');
  if (!file || faults.length > 0) return faults;
  const key = privateKeyIn(file);
  if (typeof key === 'string') return [`Setting ${setting}: ${file} ${key}`];
  if (!certificateFile || certificateFaults(ofSetting, certificateFile).length > 0) return [];
  if (new X509Certificate(readFileSync(certificateFile)).checkPrivateKey(key)) return [];
  return [
    `Setting ${setting}: ${file} has the key of another certificate than ${certificateFile} (${ofSetting}); name the two files of one pair.`,
  ];
}

/** The private key of a PEM file, or why there is none, as the end of a sentence. */
function privateKeyIn(file: string): KeyObject | string {
  const content = readFileSync(file);
  if (content.includes('ENCRYPTED'))
    return 'has a key that is encrypted; name a file with the key itself, which only this process may read.';
  try {
    return createPrivateKey(content);
  } catch {
    return 'has a damaged private key; name another file.';
  }
}
