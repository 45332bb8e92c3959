import { once } from 'node:events';
import { request as requestHttp, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

/** What an entrance did with an operation; without an answer the status is "none". */
export interface Asked {
  readonly status: string;
  readonly location: string;
  readonly strictTransport: string;
  readonly body: string;
}

const NO_ANSWER: Asked = { status: 'none', location: '', strictTransport: '', body: '' };
const ANSWERS_WITHIN_MS = 5_000;

/** Sends an operation to HOST:PORT for a name that need not be known to any name server. */
export const askOverHttp = (address: string, name: string, body: string): Promise<Asked> =>
  ask(requestHttp(optionsOf(address, name)), body);

/** The same by HTTPS; the server has to show the certificate. */
export const askOverHttps = (address: string, name: string, body: string, certificate: string): Promise<Asked> =>
  ask(requestHttps({ ...optionsOf(address, name), servername: name, ca: certificate, agent: false }), body);

function optionsOf(address: string, name: string): RequestOptions {
  const { hostname, port } = new URL(`http://${address}`);
  return {
    ...{ hostname, port: port || '80', path: '/graphql', method: 'POST' },
    headers: { host: name, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
  };
}

async function ask(request: ClientRequest, body: string): Promise<Asked> {
  request.end(body);
  try {
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const { location = '', 'strict-transport-security': strictTransport = '' } = answer.headers;
    return { status: String(answer.statusCode), location, strictTransport, body: await text(answer) };
  } catch {
    return NO_ANSWER;
  }
}
