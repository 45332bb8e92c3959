import { startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import { kafkaFeatures } from './kafka.features';

kafkaFeatures('the embedded engine', () => startEmbeddedKafka({ port: 0 }));

// Set by `npm run test:real-engines`.
const realBrokers = process.env['REAL_KAFKA_BROKERS'];
if (realBrokers)
  kafkaFeatures(realBrokers, () => Promise.resolve({ brokers: realBrokers, close: () => Promise.resolve() }));
