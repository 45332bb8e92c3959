import { startEmbeddedKafka } from './index';
import { readEnvironment } from './environment';
import { createJsonLogger } from './logger';

process.title = 'rentalbook-embedded-kafka';
const logger = createJsonLogger('embedded-kafka');

async function main(): Promise<void> {
  const { port, advertisedPort, dataDir } = readEnvironment();
  const kafka = await startEmbeddedKafka({ port, advertisedPort, dataDir, logger });
  const stop = (): void => {
    kafka.close().then(
      () => process.exit(0),
      (error: unknown) => {
        throw error;
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  if (process.channel) {
    process.channel.unref();
    process.once('disconnect', stop);
  }
  // Last: whoever reads it may end this process at once.
  logger.info(`listening on port ${String(kafka.port)}`);
}

main().catch((error: unknown) => {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const sentence = taken
    ? `Port ${String(readEnvironment().port)} (PORT) is in use by another program; stop it or choose another.`
    : String(error instanceof Error ? error.message : error);
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
});
