import { reported } from '@rentalbook/messaging/explained-error';
import { eventLogIn } from '@rentalbook/read-models';
import { connectDatabase, mongoSecurityOf } from '@rentalbook/mongo';
import { kafkaSecurityOf, unreachableIn } from '@rentalbook/messaging';
import { sources } from '@rentalbook/event-contracts';
import { createEventSignatures, createLogger, openSignatures } from '@rentalbook/service-kit';
import { systemClock } from '@rentalbook/timing';
import { readRebuildEnvironment } from './environment';
import { dropOldVersions } from './rebuild/drop-versions';
import { rebuildPage } from './rebuild/rebuild-page';

const REACHABLE_WITHIN_MS = 10_000;
const print = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const settings = readRebuildEnvironment();
  const log = createLogger('mypage-rebuild', 'silent');
  const accepts = settings.SERVICE_KEYS_DIR === undefined ? [] : sources;
  const needs = { signs: false, accepts, seals: false };
  const dropsOld = process.argv.includes('--drop-old');
  const signatures = dropsOld
    ? undefined
    : openSignatures({ ...settings, SIGNATURE_VERSION: '2' }, needs, { logger: log, clock: systemClock });
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const)
    process.on(signal, () => {
      interrupted.abort();
    });
  process.channel?.unref();
  // A closed standard error does not end a rebuild halfway.
  process.stderr.on('error', () => undefined);
  const database = `${settings.MONGO_DATABASE_PREFIX}mypage`;
  const security = kafkaSecurityOf(settings);
  const mongoSecurity = () => mongoSecurityOf(settings, settings.MONGO_URL);
  const connection = await connectDatabase(settings.MONGO_URL, database, REACHABLE_WITHIN_MS, log, mongoSecurity);
  try {
    const options = {
      connection,
      brokers: settings.KAFKA_BROKERS,
      security,
      clientId: 'mypage-rebuild',
      log,
      group: `${settings.KAFKA_GROUP_PREFIX}mypage`,
    };
    if (!signatures) {
      const dropped = await dropOldVersions(options);
      print(dropped.length === 0 ? 'There is no old version to drop.' : `Dropped version ${dropped.join(', ')}.`);
    } else
      await rebuildPage({
        ...options,
        topic: settings.KAFKA_TOPIC,
        signatures: createEventSignatures(signatures, 'mypage', settings.UNSIGNED_EVENTS === 'accept'),
        // An operator's command: it may read the database of each service.
        eventLogs: sources.map((service) =>
          eventLogIn(connection.useDb(`${settings.MONGO_DATABASE_PREFIX}${service}`)),
        ),
        verifyOnly: process.argv.includes('--verify-only'),
        acceptDifferences: process.argv.includes('--accept-differences'),
        signal: interrupted.signal,
        print,
      });
  } catch (error) {
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
    if (interrupted.signal.aborted) print('Stopped; the page stays as it was, and the new version is removed.');
    else print(reported(unreachableIn(error, { brokers: settings.KAFKA_BROKERS }) ?? error));
  } finally {
    await connection.close();
  }
}

main().catch((error: unknown) => {
  print(reported(error));
  process.exitCode = 1;
});
