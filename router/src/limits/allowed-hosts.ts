import { explain } from '@rentalbook/sentences';
import type { onRequestHookHandler } from 'fastify';
import { answerLanguage } from '../gateway/language';

/** The names of this machine, by which a browser on it reaches the router. */
export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const SHOWN = 100;

/**
 * Refuses requests for other hosts with 421. A page from elsewhere whose name was made to resolve to this machine (DNS
 * rebinding) has the same origin as the router for a browser; only the Host header distinguishes them.
 */
export function requireAllowedHost(hosts: readonly string[]): onRequestHookHandler {
  const allowed = new Set(hosts);
  return (request, reply, next) => {
    const host = (request.headers.host ?? '').replace(/:\d*$/, '').toLowerCase();
    if (allowed.has(host)) {
      next();
      return;
    }
    const message = explain('HOST_UNKNOWN', { host: host.slice(0, SHOWN), hosts })(answerLanguage(request, reply));
    void reply.status(421).send({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
  };
}
