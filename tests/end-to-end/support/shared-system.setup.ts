import { freeRun, programNames, serviceNames, startSystem } from '@rentalbook/test-kit';
import { keepRunningSystem, publishFacts } from './shared-system';

/** Starts the system that every test file shares which does not harm it. */
export default async function setUp(): Promise<void> {
  const metricsPort = await freeRun(serviceNames.length);
  const system = await startSystem({ env: { METRICS_PORT: String(metricsPort) } });
  keepRunningSystem(system);
  const { url, dataDir, brokers, topic, mongoUrl, security } = system;
  const ports = Object.fromEntries(programNames.map((name) => [name, system.portOf(name)]));
  publishFacts({ url, dataDir, brokers, topic, mongoUrl, security, ports, metricsPort });
}
