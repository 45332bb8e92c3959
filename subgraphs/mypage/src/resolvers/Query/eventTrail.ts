import { requireId } from '@rentalbook/service-kit';
import type { QueryResolvers } from '../types.generated';

export const eventTrail: NonNullable<QueryResolvers['eventTrail']> = (
  _root,
  { correlationId, ...page },
  { trail, trailPager },
) => {
  const id = requireId('correlationId', correlationId);
  return trailPager.connection(
    page,
    (slice) => trail.slice(id, slice),
    ({ order }) => order,
    id,
  );
};
