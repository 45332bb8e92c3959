import { UsageError } from './command';
import type { LauncherSettings } from './environment';
import type { Part } from './observe/parts';
import { portFault } from './reachable';

/** The router's metrics port and those of the four subgraphs after it. */
export const METRICS_PORTS = 5;
const HIGHEST_PORT = 65_535;

interface UsedPort {
  readonly port: number;
  readonly setting: string;
}

const SERVICES = ['PORT', 'BOOK_PORT', 'RESERVE_PORT', 'RENTAL_PORT', 'MYPAGE_PORT'] as const;
type ObservedPort = Part['ports'][number];

/** Every port that `npm start` is going to listen on; an engine that the environment names needs none. */
function usedPorts(settings: LauncherSettings, observed: readonly ObservedPort[]): readonly UsedPort[] {
  const single = [...SERVICES, ...observed].map((setting) => ({ port: settings[setting], setting }));
  const { EMBEDDED_KAFKA_PORT, EMBEDDED_MONGO_PORT, METRICS_PORT } = settings;
  const metrics = Array.from({ length: METRICS_PORT === undefined ? 0 : METRICS_PORTS }, (_, place) => ({
    port: (METRICS_PORT ?? 0) + place,
    setting: 'METRICS_PORT',
  }));
  return [
    ...single,
    ...(settings.KAFKA_BROKERS === undefined ? [{ port: EMBEDDED_KAFKA_PORT, setting: 'EMBEDDED_KAFKA_PORT' }] : []),
    ...(settings.MONGO_URL === undefined ? [{ port: EMBEDDED_MONGO_PORT, setting: 'EMBEDDED_MONGO_PORT' }] : []),
    ...metrics,
  ];
}

/**
 * Throws {@link UsageError} with a sentence per port that two settings share, or that one of them cannot have; `observed` are
 * those of what `--observe` starts.
 */
export async function requirePorts(settings: LauncherSettings, observed: readonly ObservedPort[] = []): Promise<void> {
  const ports = usedPorts(settings, observed);
  const faults = rangeFault(settings) ?? sharedPorts(ports);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  const refused = await Promise.all(
    ports.map(async ({ port, setting }) => {
      const fault = await portFault(port);
      return fault === undefined ? [] : [`Port ${String(port)} (${setting}) ${describe(fault)} set ${setting}.`];
    }),
  );
  if (refused.flat().length > 0) throw new UsageError(refused.flat().join('\n'));
}

function rangeFault({ METRICS_PORT }: LauncherSettings): readonly string[] | undefined {
  const highest = HIGHEST_PORT - METRICS_PORTS + 1;
  if (METRICS_PORT === undefined || METRICS_PORT <= highest) return undefined;
  return [
    `Setting METRICS_PORT: "${String(METRICS_PORT)}" does not fit: it is the first of five ports, so ${String(highest)} at most.`,
  ];
}

function sharedPorts(ports: readonly UsedPort[]): readonly string[] {
  const settingsOf = new Map<number, string[]>();
  for (const { port, setting } of ports) settingsOf.set(port, [...(settingsOf.get(port) ?? []), setting]);
  return [...settingsOf].flatMap(([port, settings]) => {
    if (settings.length < 2) return [];
    const range = settings.includes('METRICS_PORT') ? ' METRICS_PORT is the first of five ports in a row.' : '';
    return [`Settings ${settings.join(' and ')} share port ${String(port)}; give each a port of its own.${range}`];
  });
}

function describe(fault: 'in use' | 'not allowed'): string {
  return fault === 'in use'
    ? 'is in use by another program; stop it or'
    : 'is not allowed for this user; use one above 1023:';
}
