import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '../../harness/certificate';

/** The issuer of members' tokens, as far as the router knows it. */
export interface KeyIssuer {
  readonly url: string;
  /** The file with the key set. */
  publish(file: string): void;
  /** Answers with an error from now on, or with the key set again. */
  setAway(isAway: boolean): void;
  stop(): Promise<void>;
}

export async function startKeyIssuer({ certificate, privateKey }: Certificate): Promise<KeyIssuer> {
  let keys = '';
  let isAway = false;
  const server = createServer({ cert: certificate, key: privateKey }, (_request, response) => {
    if (isAway) response.writeHead(503).end();
    else response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(readFileSync(keys));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://localhost:${String((server.address() as AddressInfo).port)}/keys`,
    publish(file) {
      keys = file;
    },
    setAway(away) {
      isAway = away;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
