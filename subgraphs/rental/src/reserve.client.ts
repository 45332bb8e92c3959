import type { CommandContext } from '@rentalbook/aggregate-store';
import {
  directRequest,
  IDENTITY_HEADER,
  type IdentitySigner,
  type Logger,
  type ServiceMetrics,
} from '@rentalbook/service-kit';
import { callsTo, currentTraceparent } from '@rentalbook/tracing';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll } from 'cockatiel';
import { z } from 'zod';
import type { ReserveClient } from './application/ports';

const FAILURES_IN_A_ROW = 5;
const HALF_OPEN_AFTER_MS = 2_000;
/** Of the body. Reserve reads it, and the one before. */
const RETURNS_VERSION = 1;
const answer = z.object({ sequence: z.int() });

/**
 * Calls Reserve within a time limit and behind a circuit breaker. Every failure resolves to undefined: the reader has
 * handed the book in, and Reserve finishes from the `Returned` event.
 */
export function createReserveClient(
  reserveUrl: string,
  signer: IdentitySigner,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: ServiceMetrics },
): ReserveClient {
  const url = new URL('/internal/returns', reserveUrl);
  const inCall = callsTo('reserve', url);
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: HALF_OPEN_AFTER_MS,
    breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
  });
  breaker.onBreak(() => {
    logger.warn('Reserve does not take returns; they go by event alone until it answers again');
  });
  metrics.gauge('circuit_open', () => (breaker.state === CircuitState.Closed ? 0 : 1), { target: 'reserve' });

  const call = async (body: string, { actor, traceparent }: CommandContext, signal: AbortSignal): Promise<number> => {
    const identity = signer.sign(
      { memberId: actor, name: actor, roles: [] },
      { audience: 'reserve', path: url.pathname, body },
    );
    return inCall(async (answered) => {
      const trace = { traceparent: currentTraceparent() ?? traceparent };
      const { status, text } = await directRequest(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [IDENTITY_HEADER]: identity, ...trace },
        body,
        signal,
      });
      answered(status);
      if (status !== 200) throw new Error(`Reserve answered ${String(status)}`);
      return answer.parse(JSON.parse(text)).sequence;
    });
  };

  return {
    async receiveReturnedCopy(copy, context, withinMs) {
      const { actor, correlationId, traceparent } = context;
      // Reserve of an earlier release reads the trace from the body.
      const body = JSON.stringify({ version: RETURNS_VERSION, returned: copy, actor, correlationId, traceparent });
      try {
        return await breaker.execute(() => call(body, context, AbortSignal.timeout(withinMs)));
      } catch (error) {
        const reason = error instanceof Error && error.name === 'TimeoutError' ? 'too slow' : String(error);
        logger.info({ reason, rentalId: copy.rentalId }, 'Reserve learns of a return by event alone');
        return undefined;
      }
    },
  };
}
