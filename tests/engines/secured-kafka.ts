import { startEmbeddedKafka } from '@rentalbook/embedded-kafka';
import { kafkaSecurityOf } from '@rentalbook/messaging';
import { kafkaRightsOf, kafkaUsers, type KafkaUserName } from '@rentalbook/messaging/kafka-rights';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import { join } from 'node:path';
import { aclsOfComponent } from './kafka-acls';
import type { SecuredKafka } from './kafka-acls.features';

const passwordOf = (user: KafkaUserName): string => `the-password-of-${user}`;

/** The embedded engine with the users and rights that `npm start` gives it. */
export async function embeddedWithUsers(): Promise<SecuredKafka> {
  const places = { topic: 'rentalbook', groupPrefix: '' };
  const users = kafkaUsers.map((name) => ({ name, password: passwordOf(name), rights: kafkaRightsOf(name, places) }));
  const { brokers, close } = await startEmbeddedKafka({ port: 0, users });
  return {
    brokers: [brokers],
    securityOf: (user) =>
      kafkaSecurityOf({
        KAFKA_SASL_MECHANISM: 'scram-sha-256',
        KAFKA_SASL_USERNAME: user,
        KAFKA_SASL_PASSWORD: passwordOf(user),
      }),
    close,
  };
}

/** Apache Kafka with the ACLs of k8s/components/kafka-auth, as `npm run test:real-engines` starts it. */
export async function realWithUsers(): Promise<SecuredKafka> {
  const { REAL_KAFKA_BROKERS = '', REAL_KAFKA_SECURED_BROKERS = '', REAL_KAFKA_SECRETS: folder = '' } = process.env;
  const admin = new Kafka({ brokers: REAL_KAFKA_BROKERS.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createAcls({ acl: aclsOfComponent().flatMap(entriesOf) });
  await admin.disconnect();
  return {
    brokers: REAL_KAFKA_SECURED_BROKERS.split(','),
    securityOf: (user) =>
      kafkaSecurityOf({
        KAFKA_SSL: 'true',
        KAFKA_SSL_CA_FILE: join(folder, 'ca.pem'),
        KAFKA_SASL_MECHANISM: 'scram-sha-512',
        KAFKA_SASL_USERNAME: user,
        KAFKA_SASL_PASSWORD_FILE: join(folder, 'password'),
      }),
    close: () => Promise.resolve(),
  };
}

const operations = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Create: AclOperationTypes.CREATE,
  Describe: AclOperationTypes.DESCRIBE,
  Delete: AclOperationTypes.DELETE,
};

const entriesOf = ({ user, right }: ReturnType<typeof aclsOfComponent>[number]) =>
  right.operations.map((operation) => ({
    resourceType: right.resource === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
    resourceName: right.name,
    resourcePatternType: right.isPrefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
    principal: `User:${user}`,
    host: '*',
    operation: operations[operation],
    permissionType: AclPermissionTypes.ALLOW,
  }));
