import { traceIdOf } from '@rentalbook/tracing';
import type { CommandId } from './command-ids';
import { requireText } from './text-input';
import type { Caller } from '../identity/identity';
import type { RequestContext } from './subgraph';

const KEY_LENGTH = 64;

/** The context of a command: its actor, its trace, and the client's idempotency key with its request. */
export interface CommandRequest extends CommandId {
  readonly actor: string;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly idempotency?: {
    readonly owner: string;
    readonly key: string;
    readonly request: unknown;
    readonly asWritten: unknown;
  };
}

/**
 * The request of a mutation. `input` is what the client wrote, `command` the arguments that are carried out: after
 * defaults, trimming and normalisation. An idempotency key stands for the command, so that a retry may be written otherwise.
 * Throws BAD_USER_INPUT for an idempotency key that is empty or longer than 64 characters.
 */
export function commandRequest(
  { traceparent, nextCommand }: RequestContext,
  caller: Caller,
  operation: string,
  input: { readonly idempotencyKey?: string | null },
  command: Readonly<Record<string, unknown>>,
): CommandRequest {
  const { idempotencyKey, ...asked } = input;
  const base = { ...nextCommand(), actor: caller.memberId, correlationId: traceIdOf(traceparent), traceparent };
  if (idempotencyKey === undefined || idempotencyKey === null) return base;
  const key = requireText('idempotencyKey', idempotencyKey, KEY_LENGTH);
  const idempotency = {
    ...{ owner: caller.memberId, key },
    request: { operation, ...command },
    asWritten: { operation, ...asked },
  };
  return { ...base, idempotency };
}
