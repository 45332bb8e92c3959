import type { Access } from '../access';
import type { Broker } from '../broker';
import type { Reader } from '../protocol/reader';
import type { Writer } from '../protocol/writer';

/** What is known of the client besides its request. */
export interface Client {
  readonly id: string;
  readonly host: string;
  /** Aborted when the client's connection is gone, so that nothing waits for it. */
  readonly gone: AbortSignal;
  readonly access: Access;
}

/** One API of the protocol in the versions that this broker speaks. */
export interface Api {
  readonly key: number;
  readonly name: string;
  readonly versions: readonly [least: number, most: number];
  /** Reads the request and answers it; undefined when the client wants no answer. */
  handle(request: Reader, version: number, broker: Broker, client: Client): Promise<Writer | undefined> | Writer;
}
