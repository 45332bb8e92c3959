import type { Logger, ServiceMetrics } from '@rentalbook/service-kit';
import type { Clock } from '@rentalbook/timing';
import type { RouterSettings } from '../environment';
import { createSubgraphClient, type SubgraphClient } from './subgraph-client';

interface SubgraphClientsDependencies {
  readonly logger: Logger;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
}

/** A client for each subgraph, by its name; measured are the circuits that are open, and the calls that run or wait. */
export function createSubgraphClients(
  settings: RouterSettings,
  { logger, metrics, clock }: SubgraphClientsDependencies,
): ReadonlyMap<string, SubgraphClient> {
  const clients = new Map<string, SubgraphClient>();
  for (const [target, url] of settings.subgraphs) {
    const client = createSubgraphClient({
      name: target,
      url,
      logger,
      clock,
      timeoutMs: settings.SUBGRAPH_TIMEOUT_MS,
      faultsToOpen: settings.SUBGRAPH_FAULTS_TO_OPEN,
    });
    clients.set(target, client);
    metrics.gauge('circuit_open', () => (client.isOpen() ? 1 : 0), { target });
    metrics.gauge('subgraph_calls', () => client.load().running, { target, state: 'running' });
    metrics.gauge('subgraph_calls', () => client.load().queued, { target, state: 'queued' });
  }
  return clients;
}
