import { portIn, readEngineUsers } from '@rentalbook/embedded-storage';
import type { KafkaUser, Right } from './access';

export interface BrokerSettings {
  readonly port: number;
  /** The advertised port; by default the one that it listens on. */
  readonly advertisedPort: number | undefined;
  readonly dataDir: string;
  /** Undefined: every client may do everything. */
  readonly users: readonly KafkaUser[] | undefined;
}

/** Reads PORT, ADVERTISED_PORT, DATA_DIR and USERS; throws an Error whose message is one sentence for the user. */
export function readEnvironment(): BrokerSettings {
  const { PORT = '4092', ADVERTISED_PORT, DATA_DIR, USERS = '' } = process.env;
  const port = portIn(PORT);
  if (port === undefined) throw new Error(`Setting PORT: "${PORT}" is no port; use 1 to 65535.`);
  const advertisedPort = ADVERTISED_PORT === undefined ? undefined : portIn(ADVERTISED_PORT);
  if (ADVERTISED_PORT !== undefined && !advertisedPort)
    throw new Error(`Setting ADVERTISED_PORT: "${ADVERTISED_PORT}" is no port; use 1 to 65535, or leave it out.`);
  if (DATA_DIR === undefined || DATA_DIR === '')
    throw new Error('Setting DATA_DIR is missing; name a folder for the data.');
  const users = USERS === '' ? undefined : readEngineUsers(USERS, areRights);
  return { port, advertisedPort, dataDir: DATA_DIR, users };
}

const OPERATIONS: readonly unknown[] = ['Read', 'Write', 'Describe', 'Create', 'Delete'];

const areRights = (rights: unknown): rights is readonly Right[] => Array.isArray(rights) && rights.every(isRight);

function isRight(right: unknown): right is Right {
  const { resource, name, isPrefix, operations } = Object(right) as Readonly<Record<string, unknown>>;
  return (
    (resource === 'topic' || resource === 'group') &&
    typeof name === 'string' &&
    typeof isPrefix === 'boolean' &&
    Array.isArray(operations) &&
    operations.every((operation) => OPERATIONS.includes(operation))
  );
}
