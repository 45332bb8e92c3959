import { connectDatabase, mongoSecurityNames, mongoSecurityOf, type MongoSecuritySettings } from '@rentalbook/mongo';
import {
  createPublisher,
  kafkaSecurityNames,
  kafkaSecurityOf,
  type KafkaSecuritySettings,
} from '@rentalbook/messaging';
import type { Findings, Orders } from './orders';

/** Runs in a pod that was taken over, with its settings, its files and its place in the network. */
const settings = process.env;
const settingsOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, settings[name]]));
const mongoSecurity: MongoSecuritySettings = settingsOf(mongoSecurityNames);
const kafkaSecurity: KafkaSecuritySettings = settingsOf(kafkaSecurityNames);
const noopLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {
  // What came of an attempt is in its finding.
}
const NO_RIGHT = [13, 18];
const ANSWERS_WITHIN_MS = 2_000;
const MONGO_URL = settings['MONGO_URL'] ?? '';
const KAFKA_BROKERS = settings['KAFKA_BROKERS'] ?? '';

/** What reading a database led to: its first document, a refusal, or nothing. */
async function readDatabase(database: string): Promise<string> {
  try {
    const connection = await connectDatabase(MONGO_URL, database, ANSWERS_WITHIN_MS, noopLogger, () =>
      mongoSecurityOf(mongoSecurity, MONGO_URL),
    );
    try {
      for (const { name } of (await connection.db?.listCollections().toArray()) ?? [])
        await connection.collection(name).findOne();
      return 'read';
    } finally {
      await connection.destroy();
    }
  } catch (error) {
    return isWithoutRight(error) ? 'refused' : `no answer: ${String(error)}`;
  }
}

/** What MongoDB answered, or what an error of ours was caused by. */
function isWithoutRight(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && NO_RIGHT.includes(Number(error.code))) || isWithoutRight(error.cause);
}

async function publish({ topic, records }: Orders): Promise<string> {
  const publisher = createPublisher({
    ...{ brokers: KAFKA_BROKERS.split(','), clientId: 'intruder', log: noopLogger },
    security: kafkaSecurityOf(kafkaSecurity),
  });
  try {
    await publisher.publish(topic, records);
    return 'taken';
  } catch (error) {
    return `not taken: ${String(error)}`;
  } finally {
    await publisher.close();
  }
}

async function main(): Promise<void> {
  const orders = JSON.parse(process.argv[2] ?? '') as Orders;
  const databases: [string, string][] = [];
  for (const database of orders.databases) databases.push([database, await readDatabase(database)]);
  const findings: Findings = {
    databases: Object.fromEntries(databases),
    records: orders.records.length === 0 ? 'none' : await publish(orders),
  };
  process.stdout.write(JSON.stringify(findings));
}

void main();
