import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SubgraphRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly rawBody: string;
  readonly headers: IncomingHttpHeaders;
}

/** What a fake answers: a GraphQL answer, or whatever a test does with the response itself. */
export type Behaviour = (request: SubgraphRequest, response: ServerResponse) => object | undefined;

export interface FakeSubgraph {
  readonly url: string;
  readonly requests: SubgraphRequest[];
  behave(behaviour: Behaviour): void;
  ready: boolean;
  stop(): Promise<void>;
}

/** A subgraph that answers as a test says, by default on a port of its own. */
export async function startFakeSubgraph(behaviour: Behaviour, port = 0): Promise<FakeSubgraph> {
  let current = behaviour;
  const requests: SubgraphRequest[] = [];
  const server = createServer((message, response) => {
    if (message.url === '/readyz') {
      response.writeHead(fake.ready ? 200 : 503).end('{}');
      return;
    }
    void readRequest(message).then((request) => {
      requests.push(request);
      const answer = current(request, response);
      if (answer) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  const fake: FakeSubgraph = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`,
    requests,
    ready: true,
    behave(next) {
      current = next;
    },
    stop() {
      server.closeAllConnections();
      return new Promise((stopped) =>
        server.close(() => {
          stopped();
        }),
      );
    },
  };
  return fake;
}

async function readRequest(message: IncomingMessage): Promise<SubgraphRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const rawBody = Buffer.concat(chunks).toString('utf8');
  const { query, variables } = JSON.parse(rawBody) as { query: string; variables?: Record<string, unknown> };
  return { query, variables: variables ?? {}, rawBody, headers: message.headers };
}
