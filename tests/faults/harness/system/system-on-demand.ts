import { UsageError } from '@rentalbook/launcher';
import type { Engines } from '@rentalbook/test-kit';
import type { EnginesUsed } from '../arguments';
import { startFaultySystem, type Advertise, type FaultySystem } from './faulty-system';

/** What the command around the harness knows, and a bundle cannot. */
export interface Surroundings {
  /** Where the repository is. */
  readonly root: string;
  /** Builds the system with its crash points, and resolves to the folder. */
  readonly build: () => Promise<string>;
  readonly realEngines: () => Promise<{
    whyUnavailable(): string | undefined;
    startRealEngines(options: { advertise: Advertise }): Promise<Engines & { stop(): Promise<void> }>;
  }>;
}

/** The system of a run: started when the first fault asks for it. */
export function systemOnDemand(surroundings: Surroundings, engines: EnginesUsed, signal: AbortSignal) {
  let starting: Promise<FaultySystem> | undefined;
  return {
    get: (): Promise<FaultySystem> => (starting ??= start(surroundings, engines, signal)),
    async stop(): Promise<void> {
      const system = await starting?.catch(() => undefined);
      starting = undefined;
      await system?.stop();
    },
  };
}

async function start(
  { root, build, realEngines }: Surroundings,
  engines: EnginesUsed,
  signal: AbortSignal,
): Promise<FaultySystem> {
  if (engines === 'embedded') return startFaultySystem({ root, built: await build(), signal });
  const { whyUnavailable, startRealEngines } = await realEngines();
  const reason = whyUnavailable();
  if (reason !== undefined) throw new UsageError(`The real engines are not available, for ${reason}`);
  const startEngines = (advertise: Advertise) => startRealEngines({ advertise });
  return startFaultySystem({ root, built: await build(), signal, startEngines });
}
