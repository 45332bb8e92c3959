import { UsageError } from '@rentalbook/cli';
import type { Engines } from '@rentalbook/test-kit';
import type { EnginesUsed } from '../trial';
import { startFaultySystem, type Advertise, type FaultySystem } from './faulty-system';
import type { SystemSettings } from './prepare-system';

/** What the command around the harness knows, and a bundle cannot. */
export interface Surroundings {
  /** Where the repository is. */
  readonly root: string;
  /** Builds the system with its crash points, once, and resolves to the folder. */
  readonly build: () => Promise<string>;
  readonly realEngines: () => Promise<{
    whyUnavailable(): string | undefined;
    startRealEngines(options: { advertise: Advertise }): Promise<Engines & { stop(): Promise<void> }>;
  }>;
}

export interface OnDemandOptions {
  readonly engines: EnginesUsed;
  /** The file that the processes of the system log to. */
  readonly log: string;
  /** Gives the start up. */
  readonly signal: AbortSignal;
  readonly settings?: SystemSettings;
}

/** A system for trials that come one after the other: started when the first of them needs it. */
export function systemOnDemand(surroundings: Surroundings, options: OnDemandOptions) {
  let starting: Promise<FaultySystem> | undefined;
  return {
    get: (): Promise<FaultySystem> => (starting ??= start(surroundings, options)),
    async stop(): Promise<void> {
      const system = await starting?.catch(() => undefined);
      starting = undefined;
      await system?.stop();
    },
  };
}

async function start(
  { root, build, realEngines }: Surroundings,
  { engines, ...options }: OnDemandOptions,
): Promise<FaultySystem> {
  if (engines === 'embedded') return startFaultySystem({ ...options, root, built: await build() });
  const { whyUnavailable, startRealEngines } = await realEngines();
  const reason = whyUnavailable();
  if (reason !== undefined) throw new UsageError(`The real engines are not available, for ${reason}`);
  const startEngines = (advertise: Advertise) => startRealEngines({ advertise });
  return startFaultySystem({ ...options, root, built: await build(), startEngines });
}
