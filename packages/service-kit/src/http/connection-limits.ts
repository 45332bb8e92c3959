import type { Socket } from 'node:net';

/** How long a connection is used. What keeps its connections for ever never meets a replica that was added. */
export interface ConnectionLimits {
  readonly maxRequests: number;
  readonly maxAgeMs: number;
}

/** The settings of a service, as limits. */
export const connectionLimitsOf = (settings: {
  readonly CONNECTION_MAX_REQUESTS: number;
  readonly CONNECTION_MAX_AGE_MS: number;
}): ConnectionLimits => ({ maxRequests: settings.CONNECTION_MAX_REQUESTS, maxAgeMs: settings.CONNECTION_MAX_AGE_MS });

/** Decides at each answer whether it is the last of its connection. `now` is in milliseconds of any clock that does not go back. */
export function createConnectionLimits({ maxRequests, maxAgeMs }: ConnectionLimits, now: () => number) {
  const used = new WeakMap<Socket, { readonly since: number; answers: number }>();
  return {
    isLast(socket: Socket): boolean {
      const use = used.get(socket) ?? { since: now(), answers: 0 };
      use.answers += 1;
      used.set(socket, use);
      return use.answers >= maxRequests || now() - use.since >= maxAgeMs;
    },
  };
}
