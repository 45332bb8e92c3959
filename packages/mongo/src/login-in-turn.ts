import type { Passwords } from '@rentalbook/messaging/passwords';
import mongoose, { type Connection } from 'mongoose';
import type { AuthProvider, MongoClientAuthProviders } from 'mongodb/lib/mongo_client_auth_providers';
import { randomBytes } from 'node:crypto';

const AUTHENTICATION_FAILED = 18;
const MECHANISMS = ['SCRAM-SHA-1', 'SCRAM-SHA-256'];
const NONCE_BYTES = 24;

/**
 * Lets every connection that the driver opens from now on log in with the passwords as they are then, one after the other until
 * MongoDB accepts one. The driver itself keeps the password that a client was created with, and a login that fails closes
 * every connection of its pool. Has to follow the creation of the client at once, before it sends anything.
 */
export function logInInTurn(connection: Connection, passwords: Passwords): void {
  const { authProviders } = (connection.getClient() as unknown as InternalClient).s;
  for (const mechanism of MECHANISMS) {
    const provider = authProviders.getOrCreateProvider(mechanism, {});
    authProviders.existingProviders.set(mechanism, inTurn(provider, passwords));
  }
}

interface InternalClient {
  readonly s: { readonly authProviders: MongoClientAuthProviders };
}

function inTurn(provider: AuthProvider, passwords: Passwords): AuthProvider {
  const auth: AuthProvider['auth'] = async (context) => {
    const { credentials } = context;
    if (!credentials) return provider.auth(context);
    const { username, source } = credentials;
    const [first = '', ...others] = passwords.inTurn();
    let attempt = { ...context, credentials: { username, source, password: first } };
    for (const password of others)
      try {
        await provider.auth(attempt);
        return;
      } catch (error) {
        if (!isRefused(error)) throw error;
        passwords.refused(attempt.credentials.password);
        // The answer to the greeting belongs to the login that was refused.
        attempt = {
          ...{ ...context, response: undefined, nonce: randomBytes(NONCE_BYTES) },
          credentials: { username, source, password },
        };
      }
    await provider.auth(attempt);
  };
  return {
    prepare: (handshake, context) => provider.prepare(handshake, context),
    auth,
    reauth: (context) => provider.reauth(context),
  };
}

const isRefused = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === AUTHENTICATION_FAILED;
