import { requireText } from './text-input';
import type { Caller } from './identity';
import type { RequestContext } from './subgraph';

const KEY_LENGTH = 64;

/** What travels with a command: on whose behalf, in which trace, and the client's idempotency key with its request. */
export interface CommandRequest {
  readonly actor: string;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly idempotency?: { readonly owner: string; readonly key: string; readonly request: unknown };
}

/** Throws BAD_USER_INPUT for an idempotency key that is empty or longer than 64 characters. */
export function commandRequest(
  { traceparent }: RequestContext,
  caller: Caller,
  operation: string,
  input: { readonly idempotencyKey?: string | null },
): CommandRequest {
  const { idempotencyKey, ...asked } = input;
  const base = { actor: caller.memberId, correlationId: traceparent.slice(3, 35), traceparent };
  if (idempotencyKey === undefined || idempotencyKey === null) return base;
  const key = requireText('idempotencyKey', idempotencyKey, KEY_LENGTH);
  return { ...base, idempotency: { owner: caller.memberId, key, request: { operation, ...asked } } };
}
