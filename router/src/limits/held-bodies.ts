import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { BODY_LIMIT } from './http-limits';
import { overloaded } from './overloaded';
import { refuseInPace, type RefusalPace } from './refusal-pace';

export interface HeldBodiesOptions {
  /** Bytes of bodies that are held at once, for one caller and in all. */
  readonly perCaller: number;
  readonly atMost: number;
  readonly pace: RefusalPace;
  readonly onRefused: (kind: 'queue_full') => void;
}

/** Resolves when the body of this request may be read; it is held until the response closes. */
export type RequireRoom = (callerKey: string, headers: IncomingHttpHeaders, response: ServerResponse) => Promise<void>;

/**
 * Bounds the bodies that are read or wait for their turn: they are parsed then, and hold many times their bytes. Rejects with OVERLOADED where a caller who holds some has
 * no room for more, or all have none.
 */
export function createHeldBodies({ perCaller, atMost, pace, onRefused }: HeldBodiesOptions): RequireRoom {
  const held = new Map<string, number>();
  let inAll = 0;
  return async (callerKey, headers, response) => {
    const bytes = bytesOf(headers);
    // The end of a response whose client has left already is not announced again.
    if (bytes === 0 || response.closed) return;
    const own = held.get(callerKey) ?? 0;
    // Who holds none is never refused for what others hold.
    if (own > 0 && (own + bytes > perCaller || inAll + bytes > atMost)) {
      onRefused('queue_full');
      await refuseInPace(pace, callerKey, overloaded('TOO_MANY_UNDER_WAY', 1));
    }
    held.set(callerKey, own + bytes);
    inAll += bytes;
    response.once('close', () => {
      const left = (held.get(callerKey) ?? 0) - bytes;
      if (left > 0) held.set(callerKey, left);
      else held.delete(callerKey);
      inAll -= bytes;
    });
  };
}

/** Of a body whose length is not declared, the most that it may have. */
function bytesOf(headers: IncomingHttpHeaders): number {
  const declared = headers['content-length'];
  if (declared !== undefined) return Math.min(Number(declared), BODY_LIMIT);
  return headers['transfer-encoding'] === undefined ? 0 : BODY_LIMIT;
}
