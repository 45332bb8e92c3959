// In one file, because jest loads kafkajs and the engine anew for each.
import { startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import './compression.cases';
import './idle.cases';
import { kafkaFeatures } from './kafka.features';
import './kafka-security.cases';

kafkaFeatures('the embedded engine', () => startEmbeddedKafka({ port: 0 }));

// Set by `npm run test:real-engines`.
const realBrokers = process.env['REAL_KAFKA_BROKERS'];
if (realBrokers)
  kafkaFeatures(realBrokers, () => Promise.resolve({ brokers: realBrokers, close: () => Promise.resolve() }));
