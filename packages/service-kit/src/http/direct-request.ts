import { once } from 'node:events';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface DirectRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Bytes; a longer answer rejects. By default any length. */
  readonly answerLimit?: number;
}

export interface DirectAnswer {
  readonly status: number;
  readonly text: string;
}

// Agents of our own: the global ones, and fetch, go through HTTP_PROXY where NODE_USE_ENV_PROXY is set.
const http = new HttpAgent({ keepAlive: true });
const https = new HttpsAgent({ keepAlive: true });

/** Calls another process of this system, never through a proxy; rejects when it does not answer or `signal` aborts. */
export async function directRequest(url: string | URL, options: DirectRequest = {}): Promise<DirectAnswer> {
  const { method = 'GET', headers = {}, body, signal, answerLimit = Infinity } = options;
  const target = new URL(url);
  const isSecure = target.protocol === 'https:';
  const settings = { method, headers, agent: isSecure ? https : http, ...(signal && { signal }) };
  const request = isSecure ? httpsRequest(target, settings) : httpRequest(target, settings);
  // A request that fails after its answer began reports it there.
  request.on('error', () => undefined);
  request.end(body);
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, text: await textWithin(answerLimit, response) };
  } catch (error) {
    // The reason distinguishes a time limit from a caller that gave up.
    throw signal?.aborted ? signal.reason : error;
  }
}

/** Reads a whole body as UTF-8; rejects for one of more than `limit` bytes. Leaving the loop early destroys a stream. */
export async function textWithin(limit: number, body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw new Error(`the answer is longer than ${String(limit)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
/** Whether the address is on this machine, where no proxy can reach it. */
export const isLoopback = (url: string | URL): boolean => LOOPBACK.test(new URL(url).hostname);
