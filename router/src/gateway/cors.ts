import type { FastifyCorsOptions, FastifyCorsOptionsDelegateCallback } from '@fastify/cors';

const localPage = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
/** Where the pages of Apollo Sandbox come from: the hosted one and the embedded one. */
const sandboxPages = [
  'https://studio.apollographql.com',
  'https://embeddable-sandbox.apollographql.com',
  'https://sandbox.embed.apollographql.com',
];
const allowedHeader = /^(authorization|content-type|x-consistency-token|traceparent|(x-)?apollo[a-z-]*)$/;
/** What a page may read beside what the Fetch standard lets it read anyway, content-language among that. */
const exposedHeaders = ['age', 'retry-after'];
const PREFLIGHT_SECONDS = 600;

/** Lets pages of the given origins call the router, and in development those of this machine and Apollo Sandbox. */
export function corsOptions(origins: readonly string[], development: boolean): FastifyCorsOptionsDelegateCallback {
  const allowed = (origin: string): boolean =>
    origins.includes(origin) || (development && (localPage.test(origin) || sandboxPages.includes(origin)));
  return (request, callback) => {
    const asked = request.headers['access-control-request-headers'] ?? '';
    const options: FastifyCorsOptions = {
      origin: (origin, answer) => {
        answer(null, origin !== undefined && allowed(origin));
      },
      methods: ['GET', 'POST'],
      allowedHeaders: asked
        .split(',')
        .map((name) => name.trim().toLowerCase())
        .filter((name) => allowedHeader.test(name)),
      exposedHeaders,
      credentials: false,
      maxAge: PREFLIGHT_SECONDS,
    };
    callback(null, options);
  };
}
