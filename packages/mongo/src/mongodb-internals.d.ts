/** The part of a mongodb module without types that `mongodb-drain.patch.ts` and `mongo-spans.ts` use. */
declare module 'mongodb/lib/cmap/connection' {
  import type { Socket } from 'node:net';

  export class Connection {
    readonly socket: Socket;
    readonly monitorCommands: boolean;
    cleanup(error: Error): void;
  }
}

/** The logins that `login-in-turn.ts` replaces. */
declare module 'mongodb/lib/mongo_client_auth_providers' {
  export interface Credentials {
    readonly username: string;
    readonly password: string;
    readonly source: string;
  }
  /** One connection that is being opened. */
  export interface AuthContext {
    readonly credentials?: Credentials;
    /** The server's answer to a login that was sent with the greeting. */
    readonly response?: object | undefined;
    readonly nonce?: Uint8Array;
  }
  export interface AuthProvider {
    prepare(handshake: object, context: AuthContext): Promise<object>;
    auth(context: AuthContext): Promise<void>;
    reauth(context: AuthContext): Promise<void>;
  }
  /** Those of one client, by the name of the mechanism. */
  export class MongoClientAuthProviders {
    readonly existingProviders: Map<string, AuthProvider>;
    getOrCreateProvider(mechanism: string, properties: object): AuthProvider;
  }
}
