// In one file, because jest loads kafkajs and the engine anew for each.
import { startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import './advertised.cases';
import './compression.cases';
import './idle.cases';
import { kafkaFeatures } from './kafka.features';
import { aclFeatures } from './kafka-acls.features';
import { embeddedWithUsers, realWithUsers } from './secured-kafka';
import './kafka-security.cases';

kafkaFeatures('the embedded engine', () => startEmbeddedKafka({ port: 0 }));

aclFeatures('the embedded engine', embeddedWithUsers);

// Set by `npm run test:real-engines`.
const realBrokers = process.env['REAL_KAFKA_BROKERS'];
if (realBrokers)
  kafkaFeatures(realBrokers, () => Promise.resolve({ brokers: realBrokers, close: () => Promise.resolve() }));

// Set too where there is openssl.
if (process.env['REAL_KAFKA_SECURED_BROKERS']) aclFeatures('Apache Kafka', realWithUsers);
else if (realBrokers)
  process.stderr.write('The ACLs are not tried on Apache Kafka: openssl, which makes its certificates, is missing.\n');
else
  process.stderr.write(
    'The ACLs are tried on the embedded engine alone: "npm run test:real-engines" has Apache Kafka.\n',
  );
