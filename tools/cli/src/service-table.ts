import { join } from 'node:path';
import type { DevelopmentKeys } from './development-keys';
import { embeddedAccess, kafkaUsersOf, mongoUsers, type EngineName, type EngineUserName } from './engine-users';
import type { SystemSettings } from './environment';
import { unsignedEvents } from './unsigned-events';

/** One process of the system, as `npm start` runs it. */
export interface Program {
  readonly name: string;
  readonly script: string;
  readonly port: number;
  /** The setting that chooses the port. */
  readonly portSetting: string;
  readonly env: Readonly<Record<string, string>>;
  /** The maximum of each half of V8's young generation, in MiB; the default is 16. */
  readonly semiSpaceMiB: number;
}

/** Eight processes share a laptop, and all together stay below 1.1 GB. With 2 MiB, collecting garbage took a service a fifth of its time. */
const SEMI_SPACE_MIB = 8;

/** Development tokens, for the terminal and the IDE. */
export interface DevelopmentTokens {
  readonly member: string;
  readonly secondMember: string;
  readonly librarian: string;
}

export interface SystemPlan {
  /** Embedded engines: started first, stopped last. */
  readonly engines: readonly Program[];
  readonly services: readonly Program[];
  readonly brokers: string;
  readonly mongoUrl: string;
  /** Which of the two engines are embedded ones. */
  readonly embedded: readonly EngineName[];
}

/** The processes to start, with their settings: an engine that the environment names is not started. */
export function planSystem(
  root: string,
  settings: SystemSettings,
  keys: DevelopmentKeys,
  tokens: DevelopmentTokens,
): SystemPlan {
  const data = settings.RENTALBOOK_DATA;
  const common = { LOG_LEVEL: settings.LOG_LEVEL, NODE_ENV: settings.NODE_ENV, HOST: 'localhost' };
  const brokers = settings.KAFKA_BROKERS ?? `127.0.0.1:${String(settings.EMBEDDED_KAFKA_PORT)}`;
  const mongoUrl = settings.MONGO_URL ?? `mongodb://127.0.0.1:${String(settings.EMBEDDED_MONGO_PORT)}`;
  const embedded: readonly EngineName[] = [
    ...(settings.KAFKA_BROKERS === undefined ? (['kafka'] as const) : []),
    ...(settings.MONGO_URL === undefined ? (['mongo'] as const) : []),
  ];
  const program = (name: string, folder: string, portSetting: PortSetting, env: Record<string, string>): Program => {
    const port = settings[portSetting];
    return {
      ...{ name, script: join(root, folder, 'dist/main.js'), port, portSetting },
      env: { ...env, PORT: String(port) },
      semiSpaceMiB: SEMI_SPACE_MIB,
    };
  };
  const kafka = program('embedded-kafka', 'engines/kafka', 'EMBEDDED_KAFKA_PORT', {
    ...common,
    DATA_DIR: join(data, 'kafka'),
    USERS: kafkaUsersOf(data, { topic: settings.KAFKA_TOPIC, groupPrefix: settings.KAFKA_GROUP_PREFIX }),
  });
  const mongo = program('embedded-mongo', 'engines/mongo', 'EMBEDDED_MONGO_PORT', {
    ...common,
    DATA_DIR: join(data, 'mongo'),
    USERS: mongoUsers(data, settings.MONGO_DATABASE_PREFIX),
  });
  return {
    brokers,
    mongoUrl,
    embedded,
    engines: embedded.map((engine) => ({ kafka, mongo })[engine]),
    services: servicesOf({ settings, keys, tokens, common, brokers, mongoUrl, embedded }).map(
      ({ name, folder, portSetting, env }) => program(name, folder, portSetting, env),
    ),
  };
}

interface ServicesOptions extends Pick<SystemPlan, 'brokers' | 'mongoUrl' | 'embedded'> {
  readonly settings: SystemSettings;
  readonly keys: DevelopmentKeys;
  readonly tokens: DevelopmentTokens;
  /** The settings of every process. */
  readonly common: Readonly<Record<string, string>>;
}

interface Service {
  readonly name: string;
  readonly folder: string;
  readonly portSetting: PortSetting;
  readonly env: Record<string, string>;
}

const at = (port: number, path = ''): string => `http://localhost:${String(port)}${path}`;

function servicesOf(options: ServicesOptions): readonly Service[] {
  const { settings, keys, common, brokers, mongoUrl, embedded } = options;
  const { publicDir, signingKeyFiles, cursorSecretFiles } = keys.services;
  const data = settings.RENTALBOOK_DATA;
  // Overrides settings of the shell: each service has its own files, and all are of one release.
  const unset = ['IDENTITY_SECRET', 'IDENTITY_SECRET_FILE', 'SIGNATURE_VERSION', 'SIGNING_KEY', 'CURSOR_SECRET'];
  const signed = { ...common, ...Object.fromEntries(unset.map((name) => [name, ''])) };
  // Each service serves its numbers on a port of its own, which the setting that all inherit would not give it.
  const numbersAt = (place: number): { METRICS_PORT: string } => ({
    METRICS_PORT: settings.METRICS_PORT === undefined ? '' : String(settings.METRICS_PORT + place),
  });
  const stateful = (name: EngineUserName & SubgraphName, place: number, env: Record<string, string> = {}): Service => ({
    ...{ name, folder: `subgraphs/${name}`, portSetting: PORT_SETTINGS[name] },
    env: {
      ...signed,
      SERVICE_KEYS_DIR: publicDir,
      UNSIGNED_EVENTS: unsignedEvents(settings),
      ...embeddedAccess(data, name, embedded),
      KAFKA_BROKERS: brokers,
      MONGO_URL: mongoUrl,
      KAFKA_TOPIC: settings.KAFKA_TOPIC,
      POLICY_DIR: join(data, 'policy'),
      ...numbersAt(place),
      CURSOR_SECRET_FILE: cursorSecretFiles[name],
      ...env,
    },
  });
  return [
    stateful('book', 1, { SIGNING_KEY_FILE: signingKeyFiles.book }),
    stateful('reserve', 2, { SIGNING_KEY_FILE: signingKeyFiles.reserve }),
    stateful('rental', 3, { RESERVE_URL: at(settings.RESERVE_PORT), SIGNING_KEY_FILE: signingKeyFiles.rental }),
    stateful('mypage', 4),
    {
      ...{ name: 'router', folder: 'router', portSetting: 'PORT' },
      env: { ...signed, ...numbersAt(0), ...routerSettings(options) },
    },
  ];
}

const routerSettings = ({ settings, keys, tokens, brokers, embedded }: ServicesOptions): Record<string, string> => ({
  BOOK_URL: at(settings.BOOK_PORT, '/graphql'),
  RESERVE_URL: at(settings.RESERVE_PORT, '/graphql'),
  RENTAL_URL: at(settings.RENTAL_PORT, '/graphql'),
  MYPAGE_URL: at(settings.MYPAGE_PORT, '/graphql'),
  CACHE: settings.CACHE,
  ...(settings.CACHE === 'on' && {
    ...embeddedAccess(settings.RENTALBOOK_DATA, 'router', embedded.includes('kafka') ? ['kafka'] : []),
    KAFKA_BROKERS: brokers,
    KAFKA_TOPIC: settings.KAFKA_TOPIC,
  }),
  MEMBER_BUDGET: String(settings.MEMBER_BUDGET),
  ADDRESS_BUDGET: String(settings.ADDRESS_BUDGET),
  QUEUE_TARGET_MS: String(settings.QUEUE_TARGET_MS),
  SIGNING_KEY_FILE: keys.services.signingKeyFiles.router,
  JWT_JWKS_FILE: keys.jwksFile,
  IDE_MEMBER_TOKEN: tokens.member,
  IDE_SECOND_MEMBER_TOKEN: tokens.secondMember,
  IDE_LIBRARIAN_TOKEN: tokens.librarian,
});

const PORT_SETTINGS = {
  book: 'BOOK_PORT',
  reserve: 'RESERVE_PORT',
  rental: 'RENTAL_PORT',
  mypage: 'MYPAGE_PORT',
} as const;
type SubgraphName = keyof typeof PORT_SETTINGS;
type PortSetting =
  'PORT' | 'BOOK_PORT' | 'RESERVE_PORT' | 'RENTAL_PORT' | 'MYPAGE_PORT' | 'EMBEDDED_KAFKA_PORT' | 'EMBEDDED_MONGO_PORT';
