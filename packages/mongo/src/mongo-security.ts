import {
  certificateFaults,
  fileFaults,
  privateKeyFaults,
  SecuritySettingsError,
} from '@rentalbook/messaging/kafka-security';
import { passwordsIn, type Passwords } from '@rentalbook/messaging/passwords';
import { readFileSync } from 'node:fs';
import type { ConnectOptions } from 'mongoose';

/** The credentials of a client of MongoDB; the options of MONGO_URL keep working beside them. */
export interface MongoSecuritySettings {
  readonly MONGO_USERNAME?: string | undefined;
  readonly MONGO_PASSWORD_FILE?: string | undefined;
  readonly MONGO_TLS_CA_FILE?: string | undefined;
  readonly MONGO_TLS_CERT_FILE?: string | undefined;
  readonly MONGO_TLS_KEY_FILE?: string | undefined;
}

/** The settings above, as a tool passes them on. */
export const mongoSecurityNames = [
  'MONGO_USERNAME',
  'MONGO_PASSWORD_FILE',
  'MONGO_TLS_CA_FILE',
  'MONGO_TLS_CERT_FILE',
  'MONGO_TLS_KEY_FILE',
] as const satisfies readonly (keyof MongoSecuritySettings)[];

/** The options of the driver, and the source of the password of each login. */
export interface MongoSecurity extends ConnectOptions {
  readonly passwords?: Passwords;
}

/** The options of a new connection, with the current files. Throws SecuritySettingsError with every fault. */
export function mongoSecurityOf(settings: MongoSecuritySettings, url: string): MongoSecurity {
  const faults = mongoFaults(settings, url);
  if (faults.length > 0) throw new SecuritySettingsError(faults.join('\n'));
  const { MONGO_USERNAME, MONGO_PASSWORD_FILE, MONGO_TLS_CA_FILE, MONGO_TLS_CERT_FILE, MONGO_TLS_KEY_FILE } = settings;
  const passwords = MONGO_USERNAME && MONGO_PASSWORD_FILE ? passwordsIn(MONGO_PASSWORD_FILE) : undefined;
  const usesTls = MONGO_TLS_CA_FILE ?? MONGO_TLS_CERT_FILE;
  return {
    ...(MONGO_USERNAME &&
      passwords && {
        passwords,
        auth: { username: MONGO_USERNAME, password: passwords.inTurn()[0] ?? '' },
        // Otherwise the driver looks for the user in the database of the service.
        ...(!/[?&]authSource=/i.test(url) && { authSource: 'admin' }),
      }),
    ...(usesTls && { tls: true }),
    ...(MONGO_TLS_CA_FILE && { tlsCAFile: MONGO_TLS_CA_FILE }),
    ...(MONGO_TLS_CERT_FILE &&
      (MONGO_TLS_KEY_FILE
        ? { cert: readFileSync(MONGO_TLS_CERT_FILE), key: readFileSync(MONGO_TLS_KEY_FILE) }
        : { tlsCertificateKeyFile: MONGO_TLS_CERT_FILE })),
  };
}

function mongoFaults(settings: MongoSecuritySettings, url: string): string[] {
  const { MONGO_USERNAME, MONGO_PASSWORD_FILE, MONGO_TLS_CA_FILE, MONGO_TLS_CERT_FILE, MONGO_TLS_KEY_FILE } = settings;
  const faults = [
    ...fileFaults('MONGO_PASSWORD_FILE', MONGO_PASSWORD_FILE),
    ...certificateFaults('MONGO_TLS_CA_FILE', MONGO_TLS_CA_FILE),
    ...certificateFaults('MONGO_TLS_CERT_FILE', MONGO_TLS_CERT_FILE),
    ...privateKeyFaults(['MONGO_TLS_KEY_FILE', MONGO_TLS_KEY_FILE], ['MONGO_TLS_CERT_FILE', MONGO_TLS_CERT_FILE]),
  ];
  if (MONGO_USERNAME && !MONGO_PASSWORD_FILE)
    faults.push('Setting MONGO_PASSWORD_FILE is missing; MONGO_USERNAME needs the file of a password.');
  if (MONGO_PASSWORD_FILE && !MONGO_USERNAME)
    faults.push('Setting MONGO_USERNAME is missing; MONGO_PASSWORD_FILE needs a user.');
  if (MONGO_USERNAME && /\/\/[^@/]+@/.test(url))
    faults.push('MONGO_USERNAME is set, and MONGO_URL names a user too; leave one of them out.');
  if ((MONGO_TLS_CA_FILE || MONGO_TLS_CERT_FILE) && /[?&](tls|ssl)=false/i.test(url))
    faults.push(
      'MONGO_TLS_CA_FILE or MONGO_TLS_CERT_FILE is set, and MONGO_URL turns TLS off; leave one of the two out.',
    );
  if (MONGO_TLS_KEY_FILE && !MONGO_TLS_CERT_FILE)
    faults.push('Setting MONGO_TLS_CERT_FILE is missing; MONGO_TLS_KEY_FILE needs its certificate.');
  if (MONGO_TLS_CERT_FILE && !MONGO_TLS_KEY_FILE && faults.length === 0)
    faults.push(
      ...privateKeyFaults(
        ['MONGO_TLS_CERT_FILE', MONGO_TLS_CERT_FILE],
        ['MONGO_TLS_CERT_FILE', MONGO_TLS_CERT_FILE],
      ).map((fault) =>
        fault.replace(
          'PEM format; name another file',
          'PEM format; put the key into it too, or set MONGO_TLS_KEY_FILE',
        ),
      ),
    );
  return faults;
}
