import { ExplainedError } from '@rentalbook/messaging/explained-error';
import { mongoSecurityNames, type MongoSecuritySettings } from '@rentalbook/mongo/security';
import { withoutCredentials } from '@rentalbook/event-contracts/printable-text';
import { kafkaSecurityNames, type KafkaSecuritySettings } from '@rentalbook/messaging/kafka-security';
import { brokerAddresses, logLevel, mongoAddress, nodeEnv, settingsIn } from '@rentalbook/service-kit/setting-forms';
import { z } from 'zod';
import { resolve } from 'node:path';

const PORT_RANGE = 'is a port from 1 to 65535';
const port = z.coerce.number(PORT_RANGE).int(PORT_RANGE).min(1, PORT_RANGE).max(65_535, PORT_RANGE);

const schema = z.object({
  PORT: port.default(4000),
  BOOK_PORT: port.default(4001),
  RESERVE_PORT: port.default(4002),
  RENTAL_PORT: port.default(4003),
  MYPAGE_PORT: port.default(4004),
  /** The router's port of `/metrics`; the services have the next four. Unset serves none. */
  METRICS_PORT: port.optional(),
  /** Folders of the executables that `--observe` starts, before those of PATH. */
  OBSERVE_BIN_DIR: z.string().optional(),
  PROMETHEUS_PORT: port.default(9090),
  ALERTMANAGER_PORT: port.default(9093),
  JAEGER_PORT: port.default(16_686),
  /** Where the Jaeger of `--observe` takes spans, as OTLP over HTTP. */
  OTLP_PORT: port.default(4318),
  /** The services read it; set, `--observe` starts no Jaeger. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.string().optional(),
  EMBEDDED_KAFKA_PORT: port.default(4092),
  EMBEDDED_MONGO_PORT: port.default(4017),
  RENTALBOOK_DATA: z
    .string()
    .default('.data')
    .transform((folder) => resolve(folder)),
  KAFKA_BROKERS: brokerAddresses.optional(),
  MONGO_URL: mongoAddress.optional(),
  /** The router of a system that `npm start` does not run, for the commands that send requests. */
  ROUTER_URL: z
    .string()
    .regex(/^https?:\/\/[^\s]+$/, 'starts with http:// or https://')
    .optional(),
  KAFKA_TOPIC: z.string().min(1).default('rentalbook'),
  KAFKA_GROUP_PREFIX: z.string().default(''),
  MONGO_DATABASE_PREFIX: z.string().default('rentalbook-'),
  /** So many points that no load on a developer's machine meets the limit. */
  MEMBER_BUDGET: z.coerce.number().int().min(1).default(1_000_000),
  ADDRESS_BUDGET: z.coerce.number().int().min(1).default(1_000_000),
  /** Longer than by default, for a load from one machine may be of one member. */
  QUEUE_TARGET_MS: z.coerce.number().int().min(1).default(2_000),
  /** Whether the router stores answers until an event invalidates them. */
  CACHE: z.enum(['off', 'on']).default('off'),
  /** Whether events without a signature are applied; unset, the data folder decides. */
  UNSIGNED_EVENTS: z.enum(['accept', 'refuse']).optional(),
  LOG_LEVEL: logLevel.default('info'),
  NODE_ENV: nodeEnv.default('development'),
});

export type LauncherSettings = z.infer<typeof schema>;
/** Those of `--observe`, which the system itself has no use for. */
type ObserveSetting = 'OBSERVE_BIN_DIR' | 'PROMETHEUS_PORT' | 'ALERTMANAGER_PORT' | 'JAEGER_PORT' | 'OTLP_PORT';
/** What the system itself is planned by. */
export type SystemSettings = Omit<LauncherSettings, ObserveSetting>;

/** Every fault of the settings, one sentence each. */
export class LauncherSettingsError extends ExplainedError {
  override readonly name = 'LauncherSettingsError';
}

/** The settings of `npm start` and its companions; throws {@link LauncherSettingsError}. */
export function readEnvironment(): LauncherSettings {
  const given = settingsIn(process.env);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new LauncherSettingsError(
    parsed.error.issues
      .map(
        ({ path, message }) =>
          `Setting ${path.join('.')}: "${withoutCredentials(String(given[path.join('.')]))}" does not fit: ${message}.`,
      )
      .join('\n'),
  );
}

/** Settings of TLS and credentials for the engines that KAFKA_BROKERS and MONGO_URL name. */
export function engineSecurity({
  KAFKA_BROKERS,
  MONGO_URL,
}: LauncherSettings): KafkaSecuritySettings & MongoSecuritySettings {
  const names = [
    ...(KAFKA_BROKERS === undefined ? [] : kafkaSecurityNames),
    ...(MONGO_URL === undefined ? [] : mongoSecurityNames),
  ];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** The rest of the environment, which the services inherit: PATH, and settings that the launcher does not know. */
export const inheritedEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env });
