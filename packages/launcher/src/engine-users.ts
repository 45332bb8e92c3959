import { mongoSecurityNames, type MongoSecuritySettings } from '@rentalbook/aggregate-store/mongo-security';
import { kafkaSecurityNames, type KafkaSecuritySettings } from '@rentalbook/messaging/kafka-security';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** A user for each service with state, and one for the operator's commands, which work on the data of all of them. */
export const engineUserNames = ['book', 'reserve', 'rental', 'mypage', 'operator'] as const;
export type EngineUserName = (typeof engineUserNames)[number];
export type EngineName = 'kafka' | 'mongo';
type EngineAccess = KafkaSecuritySettings & MongoSecuritySettings;

const passwordFile = (dataDir: string, user: EngineUserName): string =>
  join(dataDir, 'keys', 'engines', `${user}.password`);

/** Makes the passwords that are missing, by `createOnce`, which resolves a race of two creators. */
export function ensureEnginePasswords(dataDir: string, createOnce: (file: string, make: () => string) => string): void {
  for (const user of engineUserNames)
    createOnce(passwordFile(dataDir, user), () => `${randomBytes(32).toString('base64url')}\n`);
}

/** The setting USERS of the embedded MongoDB: each service has its own database, the operator all of them. */
export function mongoUsers(dataDir: string, databasePrefix: string): string {
  const databaseOf = (user: EngineUserName): string => `${databasePrefix}${user}`;
  const all = engineUserNames.filter((user) => user !== 'operator').map(databaseOf);
  return JSON.stringify(
    engineUserNames.map((name) => ({
      name,
      passwordFile: passwordFile(dataDir, name),
      rights: name === 'operator' ? all : [databaseOf(name)],
    })),
  );
}

/** The settings of a client of embedded engines; what the shell may have set for others is emptied. */
export function embeddedAccess(
  dataDir: string,
  user: EngineUserName,
  engines: readonly EngineName[],
): Readonly<Record<string, string>> {
  const file = passwordFile(dataDir, user);
  const settings: Readonly<Record<EngineName, EngineAccess>> = {
    kafka: {},
    mongo: { MONGO_USERNAME: user, MONGO_PASSWORD_FILE: file },
  };
  const names: Readonly<Record<EngineName, readonly (keyof EngineAccess)[]>> = {
    kafka: kafkaSecurityNames,
    mongo: mongoSecurityNames,
  };
  return Object.fromEntries(
    engines.flatMap((engine) => names[engine].map((name): [string, string] => [name, settings[engine][name] ?? ''])),
  );
}
