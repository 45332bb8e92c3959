/** The part of a kafkajs module without types that `kafkajs-idle-poll.patch.ts` uses. */
declare module 'kafkajs/src/network/requestQueue' {
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(): void;
  }
}

/** The module that `kafkajs-fetch-decoding.ts` replaces in part. */
declare module 'kafkajs/src/protocol/requests/fetch' {
  interface Exchange {
    readonly request: unknown;
    readonly requestTimeout: number;
    readonly response: {
      decode(bytes: Buffer): Promise<unknown>;
      parse(decoded: unknown): Promise<unknown>;
    };
  }
  /** As `FetchRequest` of `records/fetch-response.ts`. */
  interface FetchRequest {
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
    }[];
  }
  const Fetch: { protocol: (options: { version: number }) => (request: FetchRequest) => Exchange };
  export default Fetch;
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C' {
  /** CRC-32C, unsigned. */
  export default function crc32c(bytes: Buffer): number;
}

/** What `delivery.unit.spec.ts` commits offsets with, as a consumer of kafkajs does. */
declare module 'kafkajs/src/consumer/offsetManager' {
  import type { EachBatchPayload, Offsets, TopicPartitionOffset } from 'kafkajs';
  export default class OffsetManager {
    constructor(options: object);
    resolveOffset(offset: TopicPartitionOffset): void;
    commitOffsetsIfNecessary(): Promise<void>;
    commitOffsets(offsets?: Offsets): Promise<void>;
    uncommittedOffsets: EachBatchPayload['uncommittedOffsets'];
  }
}

/** The logins that `kafka-login.ts` chooses the password of. */
declare module 'kafkajs/src/broker/saslAuthenticator/plain' {
  import type { AuthenticationProviderArgs, Authenticator } from 'kafkajs';
  interface Account {
    readonly username: string;
    readonly password: string;
  }
  export default function provider(account: Account): (connection: AuthenticationProviderArgs) => Authenticator;
}
declare module 'kafkajs/src/broker/saslAuthenticator/scram256' {
  export { default } from 'kafkajs/src/broker/saslAuthenticator/plain';
}
declare module 'kafkajs/src/broker/saslAuthenticator/scram512' {
  export { default } from 'kafkajs/src/broker/saslAuthenticator/plain';
}
declare module 'kafkajs/src/errors' {
  export { KafkaJSConnectionError, KafkaJSRequestTimeoutError, KafkaJSSASLAuthenticationError } from 'kafkajs';
}
