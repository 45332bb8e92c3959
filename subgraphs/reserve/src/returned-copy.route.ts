import { eventContracts, returnedCopy } from '@rentalbook/event-contracts';
import { traceparentOfRequest } from '@rentalbook/service-kit';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Circulation } from './application/ports';
import { receiveReturnedCopy } from './application/receive-returned-copy.use-case';

/** A Rental of an earlier release names no version. What Reserve does not know it refuses: the event does the same a little later. */
export const returnedCopyBody = z.object({
  version: z.literal(1).optional(),
  returned: returnedCopy,
  actor: eventContracts.Returned.shape.actor,
  correlationId: z.string().min(1).max(64),
});

export const RETURNS_PATH = '/internal/returns';

/** The one synchronous call between subgraphs: Rental reports a returned copy, which is free when the call returns. */
export function mountReturnedCopies(http: FastifyInstance, circulation: Pick<Circulation, 'execute'>): void {
  http.post(RETURNS_PATH, async (request, reply) => {
    const asked = returnedCopyBody.safeParse(request.body);
    if (!asked.success) return reply.status(400).send({ error: z.prettifyError(asked.error) });
    const { returned, actor, correlationId } = asked.data;
    return receiveReturnedCopy(circulation, returned, {
      actor,
      correlationId,
      traceparent: traceparentOfRequest(request),
    });
  });
}
