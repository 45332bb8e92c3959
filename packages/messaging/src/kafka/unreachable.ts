import { ExplainedError } from '../explained-error';
import { KafkaJSAggregateError, KafkaJSConnectionError, KafkaJSProtocolError } from 'kafkajs';
import type { KafkaSettings } from './kafka-client';

type Named = Pick<KafkaSettings, 'brokers'>;

/** No broker answered within the deadline. */
export class KafkaUnreachable extends ExplainedError {
  override readonly name = 'KafkaUnreachable';

  constructor({ brokers }: Named, cause: unknown) {
    super(`Kafka at ${brokers.join(', ')} ${reasonIn(cause, brokers)}`, { cause });
  }
}

/** What an error of kafkajs says about the connection, as one sentence; undefined for any other error. */
export const unreachableIn = (error: unknown, named: Named): KafkaUnreachable | undefined =>
  connectionErrorIn(error) && new KafkaUnreachable(named, error);

/** The part of the sentence with the remedy, from the error of kafkajs or from its cause. */
function reasonIn(error: unknown, brokers: readonly string[]): string {
  if (!(error instanceof Error)) return 'cannot be reached; start it or correct KAFKA_BROKERS.';
  const { broker } = connectionErrorIn(error) ?? {};
  if (broker && !brokers.includes(broker))
    return `sends its clients to ${broker}, which cannot be reached from here; run this where it can be (docs/operating.md), or correct what the broker advertises.`;
  if (isUnauthorized(error))
    return 'gives no right to its topics; correct KAFKA_SASL_USERNAME, or give that user the ACLs that docs/deploy.md lists.';
  if (error.name === 'KafkaJSSASLAuthenticationError')
    return 'refuses the credentials; correct KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and its password, or the token.';
  if (/certificate|SSL|TLS|handshake/i.test(error.message))
    return `does not agree on TLS (${error.message}); correct KAFKA_SSL_CA_FILE, KAFKA_SSL_CERT_FILE or KAFKA_SSL_SERVER_NAME.`;
  return reasonIn(error.cause, brokers);
}

/** A topic that is refused comes as one of several errors. */
const isUnauthorized = (error: Error): boolean =>
  (error instanceof KafkaJSProtocolError && error.type === 'TOPIC_AUTHORIZATION_FAILED') ||
  (error instanceof KafkaJSAggregateError && error.errors.some((one) => one instanceof Error && isUnauthorized(one)));

function connectionErrorIn(error: unknown): KafkaJSConnectionError | undefined {
  if (error instanceof KafkaJSConnectionError) return error;
  return error instanceof Error ? connectionErrorIn(error.cause) : undefined;
}
