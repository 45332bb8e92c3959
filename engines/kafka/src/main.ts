import { dropUnwritableOutput, endInOrder } from '@rentalbook/embedded-storage';
import { startEmbeddedKafka } from './index';
import { readEnvironment } from './environment';
import { createJsonLogger } from './logger';

process.title = 'rentalbook-embedded-kafka';
dropUnwritableOutput();
const logger = createJsonLogger('embedded-kafka');

async function main(): Promise<void> {
  const { port, advertisedPort, dataDir, users } = readEnvironment();
  const kafka = await startEmbeddedKafka({ port, advertisedPort, dataDir, users, logger });
  endInOrder(kafka, (message) => {
    logger.info(message);
  });
  // Last: the reader of this line may end the process at once.
  logger.info(`listening on port ${String(kafka.port)}`);
}

main().catch((error: unknown) => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  process.stderr.write(`${sentenceFor(code) ?? (error instanceof Error ? error.message : String(error))}\n`);
  process.exit(1);
});

function sentenceFor(code: unknown): string | undefined {
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return undefined;
  const port = String(readEnvironment().port);
  return code === 'EADDRINUSE'
    ? `Port ${port} (PORT) is in use by another program; stop it or choose another.`
    : `Port ${port} (PORT) is not allowed for this user; choose one above 1023.`;
}
