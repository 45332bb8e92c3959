import type { MongoSecuritySettings } from '@rentalbook/mongo/security';
import type { KafkaSecuritySettings } from '@rentalbook/messaging/kafka-security';
import { UsageError } from './command';
import { embeddedAccess } from './engine-users';
import { engineSecurity, type LauncherSettings } from './environment';
import { unreachable } from './reachable';
import { readRunning, type Running } from './running-file';

/** The engines that a command works on. */
export interface EnginesInUse {
  readonly brokers: string;
  readonly mongoUrl: string;
  readonly topic: string;
  /** Settings of TLS and credentials. */
  readonly security: KafkaSecuritySettings & MongoSecuritySettings;
}

/** How the operator's commands log in to the embedded engines of a running system: nothing where there are none. */
export const operatorAccess = (
  dataDir: string,
  { embedded }: Pick<Running, 'embedded'>,
): Readonly<Record<string, string>> => embeddedAccess(dataDir, 'operator', embedded);

/** An engine that the environment names has its settings of TLS and credentials there too. */
function accessTo(settings: LauncherSettings, running: Running | undefined): EnginesInUse['security'] {
  const named = { kafka: settings.KAFKA_BROKERS, mongo: settings.MONGO_URL };
  const embedded = (running?.embedded ?? []).filter((engine) => named[engine] === undefined);
  return { ...operatorAccess(settings.RENTALBOOK_DATA, { embedded }), ...engineSecurity(settings) };
}

/**
 * The engines that the environment names, or else those of the system that `npm start` runs and that is ready.
 * Throws {@link UsageError} when there are neither, or when Kafka cannot be reached.
 */
export async function enginesInUse(settings: LauncherSettings): Promise<EnginesInUse> {
  const { KAFKA_BROKERS, MONGO_URL, KAFKA_TOPIC } = settings;
  const isNamed = KAFKA_BROKERS !== undefined && MONGO_URL !== undefined;
  const found = isNamed ? undefined : readRunning(settings.RENTALBOOK_DATA);
  const running = found?.ready ? found : undefined;
  const brokers = KAFKA_BROKERS ?? running?.brokers;
  const mongoUrl = MONGO_URL ?? running?.mongoUrl;
  if (brokers === undefined || mongoUrl === undefined)
    throw new UsageError(
      'rentalbook is not running; start it with "npm start", or set KAFKA_BROKERS and MONGO_URL to its engines.',
    );
  const fault = await unreachable('Kafka', 'KAFKA_BROKERS', brokers);
  if (fault !== undefined) throw new UsageError(fault);
  return { brokers, mongoUrl, topic: running?.topic ?? KAFKA_TOPIC, security: accessTo(settings, running) };
}
