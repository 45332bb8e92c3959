import { mongoSecurityNames, type MongoSecuritySettings } from '@rentalbook/mongo/security';
import { kafkaRightsOf, kafkaUsers, type KafkaPlaces, type KafkaUserName } from '@rentalbook/messaging/kafka-rights';
import { kafkaSecurityNames, type KafkaSecuritySettings } from '@rentalbook/messaging/kafka-security';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/** A user for each service that uses an engine, and one for the operator's commands, which work on the data of all of them. */
export const engineUserNames = kafkaUsers;
export type EngineUserName = KafkaUserName;
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
  const users = engineUserNames.filter((user) => user !== 'router');
  const all = users.filter((user) => user !== 'operator').map(databaseOf);
  return JSON.stringify(
    users.map((name) => ({
      name,
      passwordFile: passwordFile(dataDir, name),
      rights: name === 'operator' ? all : [databaseOf(name)],
    })),
  );
}

/** The setting USERS of the embedded Kafka: its ACLs. */
export const kafkaUsersOf = (dataDir: string, places: KafkaPlaces): string =>
  JSON.stringify(
    engineUserNames.map((name) => ({
      name,
      passwordFile: passwordFile(dataDir, name),
      rights: kafkaRightsOf(name, places),
    })),
  );

/** The settings of a client of embedded engines; settings of the shell for other engines are emptied. */
export function embeddedAccess(
  dataDir: string,
  user: EngineUserName,
  engines: readonly EngineName[],
): Readonly<Record<string, string>> {
  const file = passwordFile(dataDir, user);
  const settings: Readonly<Record<EngineName, EngineAccess>> = {
    kafka: {
      KAFKA_SASL_MECHANISM: 'scram-sha-256',
      KAFKA_SASL_USERNAME: user,
      KAFKA_SASL_PASSWORD_FILE: file,
    },
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
