import { ApolloGateway, RemoteGraphQLDataSource, type GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createIdentitySigner, GRAPHQL_PATH, IDENTITY_HEADER, type Caller } from '@rentalbook/service-kit/identity';
import { createSignedTexts } from '@rentalbook/service-kit/signed-text';
import { keyOf, signingWith } from '@rentalbook/test-kit/signatures';
import { readFileSync } from 'node:fs';
import type { GatewayOptions } from './contenders';

interface Context {
  readonly caller: Caller | null;
}

/**
 * A gateway as Apollo's documentation shows it: `startStandaloneServer` and a `RemoteGraphQLDataSource` for each subgraph.
 * It signs identities, without which the subgraphs answer no one; it reads a token without verifying it, which costs it less
 * than the router pays. Sends its port to the process that started it.
 */
export async function serveStockGateway({ dataDir, supergraph, ports }: GatewayOptions): Promise<void> {
  const signer = createIdentitySigner(
    createSignedTexts(signingWith(keyOf({ dataDir }, 'router')), 'subgraph-identity'),
  );

  class SignedDataSource extends RemoteGraphQLDataSource<Context> {
    constructor(private readonly service: string) {
      super({ url: `http://127.0.0.1:${String(ports[service])}${GRAPHQL_PATH}` });
    }

    override willSendRequest(fetch: GraphQLDataSourceProcessOptions<Context>): void {
      // Without a context the gateway loads a schema, which a static supergraph never asks for.
      if (!('caller' in fetch.context)) return;
      const { http, ...body } = fetch.request;
      const request = { audience: this.service, path: GRAPHQL_PATH, body: JSON.stringify(body) };
      http?.headers.set(IDENTITY_HEADER, signer.sign((fetch.context as Context).caller, request));
    }
  }

  const server = new ApolloServer<Context>({
    gateway: new ApolloGateway({
      supergraphSdl: readFileSync(supergraph, 'utf8'),
      buildService: ({ name }) => new SignedDataSource(name),
    }),
  });
  const callers = new Map<string, Caller>();
  const callerOf = (header: string | undefined): Caller | null => {
    if (header === undefined) return null;
    const known = callers.get(header);
    if (known) return known;
    const claims = JSON.parse(Buffer.from(header.split('.')[1] ?? '', 'base64url').toString()) as {
      sub: string;
      name?: string;
      roles: Caller['roles'];
    };
    const caller = { memberId: claims.sub, name: claims.name ?? claims.sub, roles: claims.roles };
    callers.set(header, caller);
    return caller;
  };
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: ({ req }) => Promise.resolve({ caller: callerOf(req.headers.authorization) }),
  });
  process.send?.(Number(new URL(url).port));
}
