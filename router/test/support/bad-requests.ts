import type { BadRequest } from './bad-request';
import { refusedOperations } from './refused-operations';
import { unreadableRequests } from './unreadable-requests';

/** Every kind of request that is refused before any subgraph is asked; none needs a token. */
export const badRequests: readonly BadRequest[] = [...unreadableRequests, ...refusedOperations].map(
  ([what, ask, code, status = 400]) => ({
    ...{ what, ask, code, status },
  }),
);
