import type { AuthenticationProviderArgs, Authenticator } from 'kafkajs';
import plain from 'kafkajs/src/broker/saslAuthenticator/plain';
import scram256 from 'kafkajs/src/broker/saslAuthenticator/scram256';
import scram512 from 'kafkajs/src/broker/saslAuthenticator/scram512';
// Not all of kafkajs: programs that only read settings load this.
import { KafkaJSConnectionError, KafkaJSRequestTimeoutError, KafkaJSSASLAuthenticationError } from 'kafkajs/src/errors';
import type { Passwords } from './passwords';

const mechanisms = { plain, 'scram-sha-256': scram256, 'scram-sha-512': scram512 };
export type PasswordMechanism = keyof typeof mechanisms;

/**
 * Logs each connection in with one of the passwords, and the next one after a refusal with another: a broker disconnects a client
 * that it refuses, so the same connection cannot try twice.
 */
export const loginInTurn =
  (mechanism: PasswordMechanism, username: string, passwords: Passwords) =>
  (connection: AuthenticationProviderArgs): Authenticator => ({
    async authenticate() {
      const [password = ''] = passwords.inTurn();
      const watched = reportingLoss(connection);
      try {
        await mechanisms[mechanism]({ username, password })(watched.connection).authenticate();
      } catch (error) {
        if (error instanceof KafkaJSSASLAuthenticationError) passwords.refused(password);
        throw watched.loss() ?? error;
      }
    },
  });

/**
 * The same connection, and the error with which it was lost: kafkajs reports a connection that ends during a login as a refusal
 * of the credentials, after which it does not connect again.
 */
function reportingLoss(connection: AuthenticationProviderArgs) {
  let lost: unknown;
  const saslAuthenticate: AuthenticationProviderArgs['saslAuthenticate'] = async (exchange) => {
    try {
      return await connection.saslAuthenticate(exchange);
    } catch (error) {
      if (error instanceof KafkaJSConnectionError || error instanceof KafkaJSRequestTimeoutError) lost = error;
      throw error;
    }
  };
  return { connection: { ...connection, saslAuthenticate }, loss: () => lost };
}
