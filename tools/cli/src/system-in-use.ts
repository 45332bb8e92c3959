import type { KafkaSecuritySettings } from '@rentalbook/messaging/kafka-security';
import { UsageError } from './command';
import { operatorAccess } from './engines-in-use';
import { engineSecurity, type LauncherSettings } from './environment';
import { readRunning } from './running-file';

/** The router that a command sends requests to, and the events that it reads beside them. */
export interface SystemInUse {
  readonly url: string;
  readonly brokers: string;
  readonly topic: string;
  readonly security: KafkaSecuritySettings;
}

const NOT_RUNNING = 'rentalbook is not running; start it in another terminal with "npm start"';

/** The router that ROUTER_URL names, or else that of the system that `npm start` runs. Throws {@link UsageError} when there is neither. */
export function routerInUse({ ROUTER_URL, RENTALBOOK_DATA }: LauncherSettings): string {
  const running = ROUTER_URL === undefined ? readRunning(RENTALBOOK_DATA) : undefined;
  const url = ROUTER_URL ?? (running?.ready ? running.url : undefined);
  if (url === undefined) throw new UsageError(`${NOT_RUNNING}, or set ROUTER_URL to its router.`);
  return url;
}

/** The same with its Kafka, which KAFKA_BROKERS names beside ROUTER_URL. Throws {@link UsageError} when one is missing. */
export function systemInUse(settings: LauncherSettings): SystemInUse {
  const url = routerInUse(settings);
  const { ROUTER_URL, KAFKA_BROKERS, KAFKA_TOPIC, RENTALBOOK_DATA } = settings;
  if (ROUTER_URL !== undefined) {
    if (KAFKA_BROKERS === undefined)
      throw new UsageError(`ROUTER_URL is ${ROUTER_URL}; set KAFKA_BROKERS to the Kafka of that system as well.`);
    return { url, brokers: KAFKA_BROKERS, topic: KAFKA_TOPIC, security: engineSecurity(settings) };
  }
  const running = readRunning(RENTALBOOK_DATA);
  if (!running) throw new UsageError(`${NOT_RUNNING}.`);
  const { brokers, topic, embedded } = running;
  const security = embedded.includes('kafka') ? operatorAccess(RENTALBOOK_DATA, running) : engineSecurity(settings);
  return { url, brokers, topic, security };
}
