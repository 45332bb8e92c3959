import { dropUnwritableOutput, endInOrder } from '@rentalbook/embedded-storage';
import { readSettings } from './environment';
import { createLogger, startEmbeddedMongo } from './index';

process.title = 'rentalbook-embedded-mongo';
dropUnwritableOutput();

function exitBecause(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function whyNotStarted(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} is in use; stop what listens there or set PORT to another one.`;
  if (code === 'EACCES') return `Port ${port} is not allowed for this user; set PORT to one above 1023.`;
  return messageOf(error);
}

async function main(): Promise<void> {
  const { port, dataDir, level, users } = readSettings();
  const logger = createLogger(level);
  const server = await startEmbeddedMongo({
    port,
    logger,
    ...(dataDir !== undefined && { dataDir }),
    ...(users && { users }),
    onFailure: () => exitBecause('The data can no longer be written; see the log for the reason.'),
  }).catch((error: unknown) => exitBecause(whyNotStarted(error, port)));
  endInOrder(server, (message) => {
    logger.info(message);
  });
  // Last: the reader of this line may end the process at once.
  logger.info(`listening on ${server.url}, data ${dataDir === undefined ? 'in memory only' : `in ${dataDir}`}`);
}

main().catch((error: unknown) => {
  exitBecause(messageOf(error));
});
