import type { Identity } from '../identity/identity';

/** Names a command by the signed request that gave it: when the same request comes again, on any replica, it is the same. */
export interface CommandId {
  readonly commandId: string;
  readonly requestedAt: Date;
}

/** Numbers the commands of one request: mutations are carried out one after the other, in the order of the document. */
export function commandIdsOf({ id, signedAt }: Identity): () => CommandId {
  let count = 0;
  return () => ({ commandId: `${id}:${String((count += 1))}`, requestedAt: signedAt });
}
