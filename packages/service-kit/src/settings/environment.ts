import { ExplainedError } from '@rentalbook/messaging/explained-error';
import { withoutCredentials } from '@rentalbook/event-contracts';
import { z } from 'zod';
import { brokerAddresses, logLevel, mongoAddress, nodeEnv, settingsIn } from './setting-forms';

/** A setting is missing or wrong. The message has one sentence per fault, each naming the setting. */
export class SettingsError extends ExplainedError {
  override readonly name = 'SettingsError';
}

const otlpUrl = z.url({ protocol: /^https?$/, error: 'is an http(s) address like http://localhost:4318' });
/** `NAME=VALUE,NAME=VALUE`. The SDK leaves out any other entry, and says nothing. */
const namedValues = z
  .string()
  .regex(/^\s*([^\s=,]+\s*=[^,]*)?(,\s*([^\s=,]+\s*=[^,]*)?)*$/, 'is a comma-separated list of NAME=VALUE');
const samplers = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
] as const;

export const port = z.coerce.number().int().min(0).max(65_535);

/** The settings of every service. */
export const commonSettings = {
  HOST: z.string().default('::'),
  LOG_LEVEL: logLevel.default('info'),
  NODE_ENV: nodeEnv.default('production'),
  /** Milliseconds between readiness turning false and the port closing; a stop has eight seconds in all. */
  DROP_DELAY_MS: z.coerce.number().int().min(0).max(5_000).default(0),
  /** The answer that ends its connection, so that a client which keeps its connections meets replicas that were added. */
  CONNECTION_MAX_REQUESTS: z.coerce.number().int().min(1).default(1_000),
  /** The same by the connection's age, in milliseconds. */
  CONNECTION_MAX_AGE_MS: z.coerce.number().int().min(1).default(60_000),
  /** The port of `/metrics`; unset serves none. */
  METRICS_PORT: port.optional(),
  /** The shared secret of the release before, the same in all five services; see docs/upgrading.md. */
  IDENTITY_SECRET: z.string().optional(),
  IDENTITY_SECRET_FILE: z.string().optional(),
  /** The form that is signed; both are accepted. Unset means 1 where there is an identity secret. */
  SIGNATURE_VERSION: z.enum(['1', '2']).optional(),
};

/**
 * The settings of every service about tracing, under the names of OpenTelemetry's specification, whose SDK reads these and others
 * itself. Spans are sent where there is an endpoint, as JSON over HTTP.
 */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: otlpUrl.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.enum(['http/json']).default('http/json'),
  OTEL_EXPORTER_OTLP_HEADERS: namedValues.optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: namedValues.optional(),
  OTEL_TRACES_SAMPLER: z.enum(samplers).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false'),
};

/** The additional settings of services that sign: their own private key, as PEM. */
export const signingSettings = {
  SIGNING_KEY: z.string().optional(),
  SIGNING_KEY_FILE: z.string().optional(),
};

/** The additional settings of services that accept signatures. */
export const subgraphSettings = {
  /** Folder with the public keys of each service that signs, as NAME.pem. */
  SERVICE_KEYS_DIR: z.string().optional(),
  /** Whether events without a signature are applied, which any client that may write to the topic can publish. */
  UNSIGNED_EVENTS: z.enum(['accept', 'refuse']).default('refuse'),
  /** Seals the cursors of the service's own lists. */
  CURSOR_SECRET: z.string().optional(),
  CURSOR_SECRET_FILE: z.string().optional(),
};

export const brokerList = brokerAddresses.transform((brokers) => brokers.split(','));

/** The settings of clients of Kafka, beside the brokers. */
export const kafkaSettings = {
  KAFKA_TOPIC: z.string().default('rentalbook'),
  KAFKA_SSL: z.string().optional(),
  KAFKA_SSL_CA_FILE: z.string().optional(),
  KAFKA_SSL_CERT_FILE: z.string().optional(),
  KAFKA_SSL_KEY_FILE: z.string().optional(),
  KAFKA_SSL_SERVER_NAME: z.string().optional(),
  KAFKA_SASL_MECHANISM: z.string().optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_SASL_PASSWORD_FILE: z.string().optional(),
  KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: z.string().optional(),
};

/** The additional settings of services that hold state. */
export const engineSettings = {
  ...kafkaSettings,
  KAFKA_BROKERS: brokerList,
  KAFKA_TOPIC_PARTITIONS: z.coerce.number().int().min(1).max(1_000).default(6),
  KAFKA_TOPIC_REPLICATION: z.coerce.number().int().min(1).max(7).default(1),
  KAFKA_GROUP_PREFIX: z.string().default(''),
  MONGO_URL: mongoAddress,
  /** For how long a starting service waits for Kafka and MongoDB to answer, in milliseconds. */
  ENGINES_WITHIN_MS: z.coerce.number().int().min(1).max(600_000).default(10_000),
  MONGO_DATABASE_PREFIX: z.string().default('rentalbook-'),
  MONGO_USERNAME: z.string().optional(),
  MONGO_PASSWORD_FILE: z.string().optional(),
  MONGO_TLS_CA_FILE: z.string().optional(),
  MONGO_TLS_CERT_FILE: z.string().optional(),
  MONGO_TLS_KEY_FILE: z.string().optional(),
};

/** The additional settings of services that carry out commands. */
export const commandSettings = {
  /** How many idempotency keys a member may use on a day (UTC), in each service. */
  IDEMPOTENCY_KEYS_PER_DAY: z.coerce.number().int().min(1).max(1_000_000_000).default(10_000),
};

/** Reads settings from `source` (process.env) and reports every fault at once; throws {@link SettingsError}. */
export function readSettings<Shape extends z.ZodRawShape>(
  shape: Shape,
  source: Readonly<Record<string, string | undefined>>,
): z.infer<z.ZodObject<Shape>> {
  const given = settingsIn(source);
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) {
    requireDistinctPorts(given);
    return parsed.data;
  }
  throw new SettingsError(parsed.error.issues.map((issue) => describeFault(issue, given)).join('\n'));
}

/** `/metrics` has a port of its own, so that it can be closed to the outside. */
function requireDistinctPorts({ PORT, METRICS_PORT }: Readonly<Record<string, unknown>>): void {
  if (PORT === undefined || Number(PORT) === 0 || Number(PORT) !== Number(METRICS_PORT)) return;
  throw new SettingsError(
    `Settings PORT and METRICS_PORT share port ${String(Number(PORT))}; give each a port of its own.`,
  );
}

function describeFault(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): string {
  const setting = issue.path.join('.');
  if (!(setting in given)) return `Setting ${setting} is missing; set it.`;
  const shown = /SECRET|KEY|TOKEN|PASSWORD|HEADERS/.test(setting)
    ? 'its value'
    : `"${withoutCredentials(String(given[setting]))}"`;
  return `Setting ${setting}: ${shown} does not fit: ${issue.message}.`;
}
