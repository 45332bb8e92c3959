import { createLogger, runService } from '@rentalbook/service-kit';
import supergraph from '../supergraph.graphql';
import { readEnvironment } from './environment';
import { operations } from './operations';
import { startRouter } from './start-router';

runService('router', async () => {
  const settings = readEnvironment();
  const logger = createLogger('router', settings.LOG_LEVEL);
  return { logger, running: await startRouter({ settings, supergraph, operations, logger }) };
});
