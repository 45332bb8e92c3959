// Runs the integration and the end-to-end tests on Apache Kafka and mongo-java-server too; see tests/engines/real.
import { join } from 'node:path';
import { fail, prepare, root, run, say } from '../../build/prepare.mjs';

await prepare();
const { startRealEngines, whyUnavailable } = await import('../../../tests/engines/real/real-engines.mjs');

const reason = whyUnavailable();
if (reason) {
  say(`The tests on the real pair of engines are skipped, for ${reason}`);
  process.exit(0);
}

const quit = (signal) => process.exit(signal === 'SIGINT' ? 130 : 143);
process.on('SIGINT', quit);
process.on('SIGTERM', quit);
say('Starting Apache Kafka and mongo-java-server …');
const { brokers, mongoUrl, secured, stop } = await startRealEngines().catch((error) => fail(error.message));
say(`Apache Kafka listens on ${brokers}, mongo-java-server on ${mongoUrl}.`);

if (!secured) say('TLS and SASL are not tried: there is no openssl, which makes the certificates.');

// From here on a signal is for jest, whose end is waited for.
process.off('SIGINT', quit);
process.off('SIGTERM', quit);
const jest = join(root, 'node_modules/jest/bin/jest.js');
const code = await run(process.execPath, [jest, ...process.argv.slice(2), '--selectProjects', 'int', 'e2e'], {
  env: {
    ...process.env,
    REAL_KAFKA_BROKERS: brokers,
    REAL_MONGO_URL: mongoUrl,
    ...(secured && { REAL_KAFKA_SECURED_BROKERS: secured.brokers, REAL_KAFKA_SECRETS: secured.secrets }),
  },
});
await stop();
process.exit(code);
