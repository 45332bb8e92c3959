import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { renderIde, type IdeTokens } from './ide-page';
import type { StoryTexts } from './story';

/** The sources that the page may load and call: this router and nothing else, so that it works offline and sends nothing to third parties. */
const pagePolicy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "frame-ancestors 'self'",
].join('; ');

/** A host and a port as a browser writes them: it becomes part of the page. */
const HOST = /^[A-Za-z0-9.:[\]-]+$/;
/** Trace ids and UUIDs; it becomes part of the page, too. */
const CORRELATION_ID = /^[\w-]{1,64}$/;

/** Development only: a browser at `/` gets Altair with the story's operations; other clients find nothing there. */
export async function mountIde(http: FastifyInstance, texts: StoryTexts, tokens: IdeTokens): Promise<void> {
  const altair = await import('altair-static');

  await http.register(async (files) => {
    // A path that leads out of the folder is one more file that is not there.
    files.setErrorHandler((_error, _request, reply) => {
      reply.callNotFound();
    });
    await files.register(fastifyStatic, {
      root: altair.getDistDirectory(),
      prefix: '/ide/',
      index: false,
      setHeaders: (reply, path) => {
        if (altair.isSandboxFrame(path)) void reply.header('content-security-policy', altair.SANDBOX_FRAME_CSP);
      },
    });
  });
  http.get<{ Querystring: { readonly correlationId?: unknown } }>('/', (request, reply) => {
    const { correlationId } = request.query;
    const isPage = request.headers.accept?.includes('text/html') === true && HOST.test(request.host);
    if (!isPage || !isCorrelationId(correlationId)) {
      reply.callNotFound();
      return reply;
    }
    const endpoint = `${request.protocol}://${request.host}/graphql`;
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', pagePolicy)
      .send(renderIde({ altair, endpoint, texts, tokens, correlationId }));
  });
}

/** What names an event trail, or nothing. */
const isCorrelationId = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === 'string' && CORRELATION_ID.test(value));
