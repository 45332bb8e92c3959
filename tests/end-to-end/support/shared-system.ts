import type { ProgramName, System } from '@rentalbook/test-kit';

/** What test files know of the system that they share; they neither end it nor any part of it. */
export interface SharedSystem extends Pick<System, 'url' | 'dataDir' | 'brokers' | 'topic' | 'mongoUrl' | 'security'> {
  readonly ports: Readonly<Record<string, number>>;
  /** The router's; those of Book, Reserve, Rental and MyPage follow. */
  readonly metricsPort: number;
}

const VARIABLE = 'RENTALBOOK_SHARED_SYSTEM';
const slot = globalThis as { rentalbookSystem?: System };

export const keepRunningSystem = (system: System): void => {
  slot.rentalbookSystem = system;
};
export const runningSystem = (): System | undefined => slot.rentalbookSystem;

/** Jest hands environment variables on to the processes that run test files. */
export function publishFacts(facts: SharedSystem): void {
  process.env[VARIABLE] = JSON.stringify(facts);
}

export function sharedSystem(): SharedSystem {
  const facts = process.env[VARIABLE];
  if (facts === undefined) throw new Error('the shared system does not run; use jest --selectProjects e2e');
  return JSON.parse(facts) as SharedSystem;
}

/** Where a subgraph listens. */
export function subgraphUrl({ ports }: SharedSystem, program: ProgramName): string {
  return `http://localhost:${String(ports[program])}/graphql`;
}
