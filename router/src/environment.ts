import { withoutCredentials } from '@rentalbook/event-contracts/printable-text';
import {
  brokerList,
  commonSettings,
  kafkaSettings,
  port,
  readSettings,
  SettingsError,
  signingSettings,
  tracingSettings,
} from '@rentalbook/service-kit';
import { z } from 'zod';
import { LOOPBACK_HOSTS } from './limits/allowed-hosts';
import { hostList, originList } from './list-settings';

const milliseconds = z.coerce.number().int().min(1).max(600_000);
const httpUrl = z.url({ protocol: /^https?$/, error: 'is an http(s) address like http://localhost:4001/graphql' });

/** Signatures that only the holder of a private key can make: no shared secret can pass for one. */
const signatureAlgorithms = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256'] as const;

const shape = {
  ...commonSettings,
  ...signingSettings,
  ...tracingSettings,
  ...kafkaSettings,
  PORT: port.default(4000),
  BOOK_URL: httpUrl.default('http://localhost:4001/graphql'),
  RESERVE_URL: httpUrl.default('http://localhost:4002/graphql'),
  RENTAL_URL: httpUrl.default('http://localhost:4003/graphql'),
  MYPAGE_URL: httpUrl.default('http://localhost:4004/graphql'),
  SUBGRAPH_TIMEOUT_MS: milliseconds.default(3_000),
  SUBGRAPH_FAULTS_TO_OPEN: z.coerce.number().int().min(1).default(5),
  /** For how long a subgraph may give no answer before `/readyz` reports it. */
  SUBGRAPH_GONE_AFTER_MS: milliseconds.default(30_000),
  OPERATION_TIMEOUT_MS: milliseconds.default(8_000),
  /** Points in ten seconds: of one member, of one anonymous address. */
  MEMBER_BUDGET: z.coerce.number().int().min(1).default(3_000),
  ADDRESS_BUDGET: z.coerce.number().int().min(1).default(3_000),
  CALLER_CONCURRENCY: z.coerce.number().int().min(1).max(256).default(32),
  /** For how long the requests of one caller may wait for a turn, and for how long they may wait longer than that. */
  QUEUE_TARGET_MS: milliseconds.default(500),
  QUEUE_INTERVAL_MS: milliseconds.default(1_000),
  /** How many proxies before the router add an address to X-Forwarded-For. */
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  /** Whether only the operations of router/operations are answered. */
  SAFELIST: z.enum(['off', 'required']).default('off'),
  /** Whether answers are stored until an event invalidates them; only then does the router connect to Kafka. */
  CACHE: z.enum(['off', 'on']).default('off'),
  CACHE_BYTES: z.coerce.number().int().min(1_000_000).default(32_000_000),
  KAFKA_BROKERS: brokerList.optional(),
  JWT_JWKS_FILE: z.string().optional(),
  JWT_JWKS_URL: httpUrl.optional(),
  JWT_ISSUER: z.string().default('rentalbook'),
  JWT_AUDIENCE: z.string().default('rentalbook'),
  JWT_ALGORITHM: z.enum(signatureAlgorithms).default('EdDSA'),
  JWT_ROLES_CLAIM: z.string().default('roles'),
  /** Seconds; 0 for any time. */
  JWT_MAX_LIFETIME: z.coerce.number().int().min(0).optional(),
  /** Origins whose pages may call the router, besides the development ones. */
  CORS_ORIGINS: originList.default([]),
  /** Host names that requests may be for; unset, any in production and those of this machine in development. */
  ALLOWED_HOSTS: hostList.optional(),
  IDE_MEMBER_TOKEN: z.string().optional(),
  IDE_SECOND_MEMBER_TOKEN: z.string().optional(),
  IDE_LIBRARIAN_TOKEN: z.string().optional(),
};

const DAY_SECONDS = 24 * 60 * 60;

/** Where the keys are that public tokens are checked with. */
export type KeySource = { readonly file: string } | { readonly url: string };

export type RouterSettings = ReturnType<typeof readEnvironment>;

/** The settings of the router; throws SettingsError naming every one that is missing or wrong. */
export function readEnvironment(source: Readonly<Record<string, string | undefined>> = process.env) {
  const settings = readSettings(shape, source);
  const development = settings.NODE_ENV !== 'production';
  if (settings.CACHE === 'on' && settings.KAFKA_BROKERS === undefined)
    throw new SettingsError(
      'Setting CACHE: on needs KAFKA_BROKERS, whose events invalidate; set that too, or CACHE=off.',
    );
  requireRoomForTimeouts(settings.OPERATION_TIMEOUT_MS, settings.SUBGRAPH_TIMEOUT_MS);
  return {
    ...settings,
    development,
    allowedHosts: settings.ALLOWED_HOSTS ?? (development ? LOOPBACK_HOSTS : undefined),
    maxTokenLifetimeSeconds: settings.JWT_MAX_LIFETIME ?? (development ? 0 : DAY_SECONDS),
    keySource: keySource(settings.JWT_JWKS_FILE, settings.JWT_JWKS_URL, development),
    subgraphs: new Map([
      ['book', settings.BOOK_URL],
      ['reserve', settings.RESERVE_URL],
      ['rental', settings.RENTAL_URL],
      ['mypage', settings.MYPAGE_URL],
    ]),
  };
}

/** A time-out counts as a fault of a subgraph only where its operation has time left. */
function requireRoomForTimeouts(operationMs: number, subgraphMs: number): void {
  if (operationMs > subgraphMs) return;
  throw new SettingsError(
    `Settings OPERATION_TIMEOUT_MS and SUBGRAPH_TIMEOUT_MS: an operation ends after ${String(operationMs)} ms, before a call of ${String(subgraphMs)} ms can count as a time-out, so the circuit of a subgraph that hangs would never open; set a longer OPERATION_TIMEOUT_MS or a shorter SUBGRAPH_TIMEOUT_MS.`,
  );
}

function keySource(file: string | undefined, url: string | undefined, development: boolean): KeySource {
  if (url?.startsWith('http:') && !development)
    throw new SettingsError(
      `Setting JWT_JWKS_URL: "${withoutCredentials(url)}" is not encrypted, so anyone on the way could put in keys of their own; use https.`,
    );
  if (file !== undefined && url === undefined) return { file };
  if (url !== undefined && file === undefined) return { url };
  throw new SettingsError(
    `Settings JWT_JWKS_FILE and JWT_JWKS_URL: ${file === undefined ? 'neither is' : 'both are'} set; set exactly one.`,
  );
}

/**
 * @apollo/gateway asks the cloud it runs in for its name and reports to Apollo every hour, unless this variable forbids
 * it; there is no option for it in code. Must run before a gateway is made.
 */
export function forbidTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
}
