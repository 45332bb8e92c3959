import { eventContracts } from '@rentalbook/event-contracts';
import { traceparentOfRequest } from '@rentalbook/service-kit';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Circulation } from './application/ports';
import { takeBack } from './application/take-back.use-case';

const body = z.object({
  returned: eventContracts.Returned.shape.data.omit({ returnedAt: true }),
  actor: eventContracts.Returned.shape.actor,
  correlationId: z.string().min(1).max(64),
});

export const RETURNS_PATH = '/internal/returns';

/** The one call between subgraphs that is no event: Rental hands a copy back and learns that it is free. */
export function mountTakeBack(http: FastifyInstance, circulation: Pick<Circulation, 'execute'>): void {
  http.post(RETURNS_PATH, async (request, reply) => {
    const asked = body.safeParse(request.body);
    if (!asked.success) return reply.status(400).send({ error: z.prettifyError(asked.error) });
    const { returned, ...context } = asked.data;
    return takeBack(circulation, returned, { ...context, traceparent: traceparentOfRequest(request) });
  });
}
